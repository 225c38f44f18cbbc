"""openai_client.py URL KEY: OpenAI's own client asks a server that wants this key and has one place in its queue."""
import sys

import checks
import openai

URL, KEY = sys.argv[1:3]
TEXT = "I was charged twice for my March invoice. Please send the money back today."
PREDICATE = {"type": "predicate", "instructions": "Is this about billing?"}
CHOICE = {"type": "choice", "name": "team", "instructions": "Which team?",
          "choices": [{"value": "Billing", "description": "payments and refunds"}, {"value": "Sales"}]}
TYPED = {"type": "choice", "instructions": "Is it urgent?",
         "choices": [{"value": True}, {"value": False}, {"value": "true"}]}
SCORE = {"type": "score", "name": "anger", "instructions": "How angry is the writer?",
         "levels": [{"label": "calm"}, {"label": "annoyed", "description": "short answers"}, {"label": "angry"}]}
LONG = [{"type": "predicate", "instructions": f"Is this about topic {i}?"} for i in range(20)]


def client(key=KEY):
    return openai.OpenAI(base_url=f"{URL}/v1", api_key=key, max_retries=0, timeout=300)


MODEL = client().models.list().data[0].id


def ask(*questions, text=TEXT, **more):
    return client().decisions.create(model=MODEL, input=text, questions=list(questions), **more)


def refused(**changed):
    """The error of a request that is right but for these arguments."""
    request = {"model": MODEL, "input": TEXT, "questions": [PREDICATE], **changed}
    return checks.raised(openai.BadRequestError, lambda: client().decisions.create(**request))


@checks.check
def models_are_listed():
    model = client().models.list().data[0]
    assert model.id and model.object == "model" and model.created > 0 and model.owned_by


@checks.check
def a_predicate_has_a_probability():
    answer = ask(PREDICATE).answers[0]
    assert answer.type == "predicate" and 0 < answer.probability < 1 and answer.name is None


@checks.check
def a_choice_has_all_values_in_order():
    answer = ask(CHOICE).answers[0]
    assert answer.type == "choice" and answer.name == "team" and answer.choice in ("Billing", "Sales")
    assert [one.value for one in answer.probabilities] == ["Billing", "Sales"]
    most = max(one.probability for one in answer.probabilities)
    checks.check_distribution([one.probability for one in answer.probabilities])
    assert abs(answer.confidence - max(0, 2 * most - 1)) < 1e-12


@checks.check
def choices_keep_their_type():
    answer = ask(TYPED).answers[0]
    values = [one.value for one in answer.probabilities]
    assert [(type(value), value) for value in values] == [(bool, True), (bool, False), (str, "true")]
    best = max(answer.probabilities, key=lambda one: one.probability)
    assert type(answer.choice) is type(best.value) and answer.choice == best.value
    checks.check_distribution([one.probability for one in answer.probabilities])


@checks.check
def a_score_is_the_mean_level():
    answer = ask(SCORE).answers[0]
    assert answer.type == "score" and answer.name == "anger" and 0 <= answer.confidence <= 1
    assert [(one.value, one.label) for one in answer.probabilities] == list(enumerate(["calm", "annoyed", "angry"]))
    assert abs(answer.score - sum(one.value * one.probability for one in answer.probabilities)) < 1e-12


@checks.check
def answers_come_in_order_and_do_not_depend_on_each_other():
    questions = [SCORE, PREDICATE, TYPED, CHOICE]
    together = ask(*questions).answers
    assert together == [ask(question).answers[0] for question in questions]


@checks.check
def tokens_are_counted():
    usage = ask(PREDICATE, CHOICE).usage
    assert usage.input_tokens > 0 and usage.total_tokens == usage.input_tokens + usage.output_tokens
    assert usage.input_tokens_details.cached_tokens >= 0 and usage.input_tokens_details.cache_write_tokens >= 0
    assert usage.output_tokens_details.reasoning_tokens == 0


@checks.check
def an_input_may_be_messages():
    for content in (TEXT, [{"type": "input_text", "text": TEXT}], [{"type": "input_json", "data": {"invoice": 3}}]):
        answer = ask(PREDICATE, text=[{"role": "user", "content": content}]).answers[0]
        assert 0 < answer.probability < 1


@checks.check
def roles_and_parts_of_the_published_types_are_read():
    messages = [{"role": "system", "content": "You read letters."}, {"role": "user", "content": TEXT},
                {"role": "assistant", "content": [{"type": "output_text", "text": "We are sorry."}]}]
    question = {**PREDICATE, "instructions": [{"type": "input_text", "text": "Is this about billing?"}]}
    assert 0 < ask(question, text=messages).answers[0].probability < 1


@checks.check
def optional_arguments_are_taken():
    answer = ask(PREDICATE, safety_identifier="someone", prompt_cache_key="key",
                 prompt_cache_options={"mode": "implicit", "ttl": "30m"})
    assert answer.answers == ask(PREDICATE).answers


@checks.check
def extensions_come_on_request():
    answer = ask(CHOICE, extra_body={"x_explanation": 2}).answers[0]
    assert len(answer.model_extra["x_explanation"]["parts"]) == 2


@checks.check
def bad_requests_are_refused_with_what_is_wrong():
    twice = {**CHOICE, "choices": [{"value": "a"}, {"value": "a"}]}
    few = {**SCORE, "levels": [{"label": "one"}]}
    image = [{"role": "user", "content": [{"type": "input_image", "image_url": "data:image/png;base64,AA=="}]}]
    for changed in ({"questions": []}, {"questions": [twice]}, {"questions": [few]}, {"input": image},
                    {"questions": [{**PREDICATE, "type": "noul"}]}, {"extra_body": {"stream": True}}):
        error = refused(**changed)
        assert error.type == "invalid_request_error" and error.body["message"], (changed, error.body)


@checks.check
def a_wrong_key_is_an_authentication_error():
    error = checks.raised(openai.AuthenticationError, lambda: client("wrong").models.list())
    assert error.body["message"]


@checks.check
def an_unknown_model_is_not_found():
    def action():
        client().decisions.create(model="no-such-model", input=TEXT, questions=[PREDICATE])
    assert "no-such-model" in checks.raised(openai.NotFoundError, action).body["message"]


@checks.check
def a_full_queue_is_a_rate_limit():
    error = checks.raised_while_busy(openai.RateLimitError, lambda: ask(*LONG, text=checks.LONG),
                                     lambda: ask(PREDICATE))
    assert float(error.response.headers["retry-after"]) > 0


@checks.check
def a_prompt_is_scored_by_completions():
    done = client().completions.create(model=MODEL, prompt="The capital of France is Paris", echo=True, max_tokens=0,
                                       logprobs=1)
    choice, scored = done.choices[0], done.choices[0].logprobs
    assert choice.text == "The capital of France is Paris" == "".join(scored.tokens)
    assert scored.token_logprobs[0] is None and all(value <= 0 for value in scored.token_logprobs[1:])
    assert len(scored.tokens) == len(scored.token_logprobs) == len(scored.top_logprobs) == len(scored.text_offset)
    assert done.usage.prompt_tokens == len(scored.tokens)


@checks.check
def one_token_is_written_by_completions():
    done = client().completions.create(model=MODEL, prompt="The capital of France is", max_tokens=1, logprobs=5,
                                       temperature=0)
    scored = done.choices[0].logprobs
    assert len(scored.tokens) == 1 and done.choices[0].text == scored.tokens[0]
    assert len(scored.top_logprobs[0]) >= 5 and max(scored.top_logprobs[0].values()) == scored.token_logprobs[0]
    assert done.choices[0].finish_reason == "length" and done.usage.completion_tokens == 1


@checks.check
def every_answer_has_the_name_of_its_request():
    assert ask(PREDICATE)._request_id


checks.run()
