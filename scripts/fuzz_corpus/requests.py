"""Requests to the server: targets http and bodies."""
import gzip
import json


def request(method, target, *lines, body=b"", version="1.1"):
    return "\r\n".join([f"{method} {target} HTTP/{version}", *lines, "", ""]).encode() + body


HOST = "Host: localhost:9931"
PACKED = gzip.compress(b'{"a": [1, 2]}', mtime=0)


def body(route, value):
    """A body for the route with this number in targets/bodies.cc."""
    return str(route).encode() + json.dumps(value).encode()


CHOICE = {"type": "choice", "instructions": ["Which?"], "criteria": {"a": None, "b": {"c": 1}, "": "d"}}
TASK = {"instruction": "Which?", "labels": {"good": "fine", "bad": None}, "template": "{{text}}:"}
ROWS = [{"text": f"t{i}", "label": label} for i in range(3) for label in ("good", "bad")]


def bodies():
    return {
        "systemone": body(0, {"model": "tiny", "state": {"a": 1}, "questions": {
            "q": CHOICE, "n": {"type": "noul", "instructions": "Ok?", "criteria": {"true": "yes", "false": None}},
            "s": {"type": "score", "instructions": "How?", "criteria": ["low", {"x": 1}]}},
            "x_explanation": 2, "x_label_mass": True, "x_sources": True, "x_prompt": True}),
        "decisions": body(1, {"model": "tiny", "input": [
            {"role": "user", "content": [{"type": "input_text", "text": "a"}, {"type": "input_json", "data": {"b": 1}}]},
            {"type": "function_call", "call_id": "1", "name": "f", "arguments": "{}"}], "questions": [
                {"type": "predicate", "instructions": "Ok?", "name": "n"},
                {"type": "choice", "instructions": "Which?", "choices": [{"value": True}, {"value": "true"}]},
                {"type": "score", "instructions": "How?", "levels": [{"label": "a"}, {"label": "b", "description": "c"}]}]}),
        "classify": body(2, {"input": ["a", "b"], "task": {**TASK, "demonstrations": [ROWS[0]], "chat": False}}),
        "rows": body(2, {"texts": [{"text": "a", "id": 1}, {"prompt": "a", "options": [" good", " bad"]}], "task": TASK}),
        "pooling": body(3, {"model": "none", "input": "a"}),
        "completions": body(4, {"prompt": ["a", "b"], "max_tokens": 2, "echo": True, "logprobs": 2, "temperature": 0.5,
                                "stop": ["x"], "seed": 1}),
        "ids": body(4, {"prompt": [[1, 2, 3]], "max_tokens": 0, "echo": True, "logprobs": 1}),
        "tokenize": body(5, {"content": "a b", "add_special": True, "with_pieces": True}),
        "detokenize": body(6, {"tokens": [1, 2, 300]}),
        "readers": body(7, {"name": "r", "reader": "comprw", "shots": 2, "seed": 1, "labelled": "all", "rows": ROWS,
                            "task": TASK}),
    }


def corpora():
    return {"bodies": bodies(), "http": {
        "get": request("GET", "/get?a=b&c", HOST, "X-Request-Id: a-1._", "Authorization: Bearer secret"),
        "head": request("HEAD", "http://[::1]:9931/open", "Host: [::1]:9931", "X-Api-Key: secret", "Connection: close"),
        "post": request("POST", "/post", HOST, "Content-Type: application/json; charset=utf-8", "Content-Length: 2",
                        "X-Api-Key: secret", "Expect: 100-continue", body=b"{}"),
        "chunks": request("POST", "/post", HOST, "Transfer-Encoding: chunked", "X-Api-Key: secret",
                          body=b"3;a=b\r\n{\"a\r\n4\r\n\": 1\r\n1\r\n}\r\n0\r\nX-After: 1\r\n\r\n"),
        "packed": request("POST", "/post", HOST, "Content-Encoding: gzip", f"Content-Length: {len(PACKED)}",
                          "X-Api-Key: secret", body=PACKED),
        "preflight": request("OPTIONS", "/post", "Host: 127.0.0.1", "Origin: http://localhost:3000",
                             "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: x-a, authorization"),
        "origin": request("GET", "/open", "Host: example.com:443", "Origin: https://example.com"),
        "pipelined": request("GET", "/open", HOST) + b"\r\n" + request("DELETE", "/get", HOST) + request("GET", "/open", HOST),
        "older": request("GET", "/open", "Connection: keep-alive", version="1.0"),
        "form": request("POST", "/post", HOST, "Content-Type: application/x-www-form-urlencoded", "Content-Length: 3",
                        "X-Api-Key: secret", body=b"a=b"),
    }}
