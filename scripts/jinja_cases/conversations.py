"""Conversations of many forms, for templates of any model. Each is what a template gets as variables."""
import itertools

WEATHER = {"type": "function", "function": {
    "name": "get_weather", "description": "Looks up the weather \"now\" <b>.", "parameters": {
        "type": "object", "required": ["city"], "properties": {
            "city": {"type": "string", "description": "the city's name"},
            "unit": {"type": "string", "enum": ["°C", "°F"], "default": "°C"},
            "days": {"type": "array", "items": {"type": "integer"}, "minItems": 1},
            "place": {"type": "object", "properties": {"x": {"type": "number"}, "y": {"type": ["number", "null"]}}}}},
    "return": {"type": "string"}}}
CLOCK = {"type": "function", "function": {"name": "clock", "description": "Tells the time.",
                                          "parameters": {"type": "object", "properties": {}}}}


def user(text="How is it?\n"):
    return {"role": "user", "content": text}


def assistant(text="It is  fine.", **more):
    return {"role": "assistant", "content": text, **more}


def system(text=" You are kind. "):
    return {"role": "system", "content": text}


def call(arguments, name="get_weather", number=1):
    return {"id": f"call{number:05}", "type": "function", "function": {"name": name, "arguments": arguments}}


def parts(*texts):
    return [{"type": "text", "text": text} for text in texts]


ARGUMENTS = {"city": "Zürich 'x'", "days": [1, 2.5, None, True], "place": {"x": -1e-7}}
TOOL = {"role": "tool", "content": "{\"degrees\": 12}", "tool_call_id": "call00001", "name": "get_weather"}

MESSAGES = {
    "user": [user()],
    "system": [system(), user()],
    "turns": [system(), user(), assistant(), user("And\n\n now? "), assistant("\nOK\n"), user("é 漢字 😀")],
    "answered": [user(), assistant()],
    "two users": [user(), user("again")],
    "two assistants": [user(), assistant(), assistant("more")],
    "assistant first": [assistant(), user()],
    "late system": [user(), system("later"), assistant(), user()],
    "developer": [{"role": "developer", "content": "Be brief."}, user()],
    "unknown role": [{"role": "critic", "content": "No."}, user()],
    "empty": [],
    "empty text": [system(""), user(""), assistant(""), user("")],
    "parts": [{"role": "system", "content": parts("One. ", "Two.")}, {"role": "user", "content": parts("A", " b ")}],
    "image": [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "What is it?"}]},
              {"role": "assistant", "content": parts("A cat.")}, user()],
    "thought": [user(), assistant("<think>\nWell.\n</think>\n\nIt is fine."), user("Why?"),
                assistant("<think>Hm</think>Because.")],
    "reasoning": [user(), assistant("Fine.", reasoning_content="\nI see.\n", thinking="I see."), user("Why?"),
                  assistant("Because.", reasoning_content="So.", thinking="So.")],
    "call": [system(), user(), assistant("", tool_calls=[call(ARGUMENTS)]), TOOL, assistant("12 degrees."), user("Thanks")],
    "call as text": [user(), assistant("Wait.", tool_calls=[call("{\"city\": \"Bern\"}")]), TOOL],
    "two calls": [user(), assistant(None, tool_calls=[call({"city": "Bern"}), call({}, "clock", 2)]), TOOL,
                  {"role": "tool", "content": "noon", "tool_call_id": "call00002", "name": "clock"}, assistant()],
    "bare call": [user(), assistant("", tool_calls=[{"name": "get_weather", "arguments": {"city": "Bern"}}]), TOOL],
    "call and thought": [user(), assistant("", reasoning_content="Look it up.", thinking="Look it up.",
                                           tool_calls=[call({"city": "Bern"})]), TOOL, assistant("Cold.")],
    "tool parts": [user(), assistant("", tool_calls=[call({"city": "Bern"})]), {**TOOL, "content": parts("1", "2")}],
    "no content": [user(), {"role": "assistant"}, user()],
    "none": [user(), assistant(None), user()],
    "html": [user("<b>&\"'</b> {{ x }} {% y %}"), assistant("</s><|im_end|>"), user("<|user|>")]}

OPTIONS = {
    "": {}, "no prompt": {"add_generation_prompt": False}, "tools": {"tools": [WEATHER, CLOCK]},
    "bare tools": {"tools": [WEATHER["function"]]},
    "thinking": {"enable_thinking": True, "thinking": True, "reasoning_effort": "high"},
    "no thinking": {"enable_thinking": False, "thinking": False, "reasoning_effort": "low"},
    "documents": {"documents": [{"title": "One", "text": "First."}, {"title": "Two", "text": "Second.", "doc_id": 2}]},
    "dated": {"date_string": "26 Jul 2024", "strict": True, "custom_instructions": "Be good.", "tools": None}}

TOKENS = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}


def conversations():
    """(name, variables) of every pair of messages and options."""
    for (name, messages), (option, more) in itertools.product(MESSAGES.items(), OPTIONS.items()):
        yield f"{name}, {option}" if option else name, {"messages": messages, "add_generation_prompt": True, **TOKENS, **more}
