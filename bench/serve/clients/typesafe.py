"""typesafe.py URL KEY: TypeSafe's own client asks a server that wants this key and has one place in its queue."""
import sys

import checks
import typesafe_sdk as sdk
from typesafe_sdk import Choice, Noul, RetryPolicy, Score, TypeSafeClient

URL, KEY = sys.argv[1:3]
ONCE = RetryPolicy(max_retries=0)
TICKET = "I was charged twice for my March invoice. Please send the money back today."
TEAMS = {"Billing": "payments and refunds", "Technical": None, "Sales": {"handles": ["prices", "contracts"]}}
LEVELS = ["calm", {"label": "annoyed"}, "angry"]
BILLING = Noul(instructions="Is this about billing?")
LONG = {"state": checks.LONG, "questions": {str(i): Noul(instructions=f"Is this about topic {i}?") for i in range(20)}}


def client(key=KEY, retry=ONCE):
    return TypeSafeClient(base_url=URL, api_key=key, retry=retry, timeout=300)


def ask(questions, state=TICKET, **more):
    with client() as one:
        return one.system_one(state=state, questions=questions, **more)


def failed(error_type, questions, key=KEY, **more):
    with client(key) as one:
        return checks.raised(error_type, lambda: one.system_one(state=TICKET, questions=questions, **more))


@checks.check
def a_noul_has_a_probability():
    assert 0 < ask({"q": BILLING}).nouls["q"].noul < 1


@checks.check
def a_noul_may_have_criteria_alone():
    answer = ask({"q": Noul(criteria={"true": "it is about money", "false": ["it is not"]})})
    assert 0 < answer.nouls["q"].noul < 1


@checks.check
def a_choice_has_all_options_in_order():
    answer = ask({"q": Choice(instructions="Which team?", criteria=TEAMS)}).choices["q"]
    assert list(answer.probabilities) == list(TEAMS)
    checks.check_distribution(answer.probabilities.values())
    assert answer.choice == max(TEAMS, key=answer.probabilities.get)
    most, n = max(answer.probabilities.values()), len(TEAMS)
    assert abs(answer.confidence - max(0, (most - 1 / n) / (1 - 1 / n))) < 1e-12


@checks.check
def a_score_is_the_mean_level():
    answer = ask({"q": Score(instructions="How angry?", criteria=LEVELS)}).scores["q"]
    checks.check_distribution(answer.probabilities.values())
    assert abs(answer.score - sum(level * p for level, p in answer.probabilities.items())) < 1e-12
    assert answer.legend == dict(enumerate(LEVELS))
    mode = max(range(3), key=answer.probabilities.get)
    spread = sum(p * abs(level - mode) for level, p in answer.probabilities.items())
    assert abs(answer.confidence - max(0, 1 - spread / (2 / 3))) < 1e-12


@checks.check
def answers_do_not_depend_on_other_questions_or_their_ids():
    choice = Choice(instructions="Which team?", criteria=TEAMS)
    alone = ask({"a": choice})
    together = ask({"z": BILLING, "b": choice, "y": Score(instructions="How angry?", criteria=LEVELS)})
    assert alone.choices["a"] == together.choices["b"]


@checks.check
def a_state_may_be_an_object_or_an_array():
    for state in ({"subject": "invoice", "body": TICKET, "n": 3}, [TICKET, {"again": True}]):
        assert 0 < ask({"q": BILLING}, state).nouls["q"].noul < 1


@checks.check
def tokens_are_counted():
    answer = ask({"q": BILLING})
    assert answer.usage.input_tokens > 0 and answer.usage.output_tokens >= 0 and answer.model


@checks.check
def extensions_come_on_request_and_are_passed_over():
    answer = ask({"q": BILLING}, extra_body={"x_explanation": 3, "x_prompt": True})
    raw = answer.raw_http_response.json()["answers"]["q"]
    assert len(raw["x_explanation"]["parts"]) == 3 and raw["x_prompt"], raw
    assert answer.nouls["q"] == ask({"q": BILLING}).nouls["q"]


@checks.check
def models_are_listed():
    with client() as one:
        models = one.models.list().models
    assert models and all(model.name and model.description and model.release_date for model in models)
    assert ask({"q": BILLING}, model=models[0].name).model == models[0].name


@checks.check
def a_wrong_key_is_an_authentication_error():
    error = failed(sdk.TypeSafeAuthenticationError, {"q": BILLING}, key="wrong")
    assert error.status == 401 and error.body["detail"]["error_type"] == "authentication_error"


@checks.check
def an_unknown_model_is_not_found():
    error = failed(sdk.TypeSafeNotFoundError, {"q": BILLING}, model="no-such-model")
    assert "no-such-model" in str(error), error


@checks.check
def an_invalid_question_cannot_be_processed():
    error = failed(sdk.TypeSafeUnprocessableEntityError, {"q": {"type": "boolean", "instructions": "x"}})
    assert "q" in str(error) and "boolean" in str(error), error


@checks.check
def too_few_levels_cannot_be_processed():
    failed(sdk.TypeSafeUnprocessableEntityError, {"q": Score(instructions="How?", criteria=["one"])})


@checks.check
def a_full_queue_is_a_rate_limit():
    with client() as one, client() as other:
        error = checks.raised_while_busy(sdk.TypeSafeRateLimitError, lambda: one.system_one(**LONG),
                                         lambda: other.system_one(state=TICKET, questions={"q": BILLING}))
    assert error.status == 429 and error.retry_after_ms > 0, error


@checks.check
def every_answer_has_the_name_of_its_request():
    answer = ask({"q": BILLING})
    assert answer.raw_http_response.headers["x-typesafe-request-id"]
    assert failed(sdk.TypeSafeAPIError, {"q": BILLING}, key="wrong").request_id


checks.run()
