"""Requests to the server: target http."""
import gzip


def request(method, target, *lines, body=b"", version="1.1"):
    return "\r\n".join([f"{method} {target} HTTP/{version}", *lines, "", ""]).encode() + body


HOST = "Host: localhost:9931"
PACKED = gzip.compress(b'{"a": [1, 2]}', mtime=0)


def corpora():
    return {"http": {
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
