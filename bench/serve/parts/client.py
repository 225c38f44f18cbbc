"""Clients of a server: one connection that is kept, and a crowd of them."""
import http.client
import json
import threading
import time
from typing import NamedTuple


class Answer(NamedTuple):
    status: int  # 0: no answer came
    body: bytes
    seconds: float

    def json(self):
        return json.loads(self.body)


class Client:
    """One connection, which is opened again if the server closes it."""

    def __init__(self, port, seconds=300):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)

    def ask(self, method, path, body=None):
        start = time.perf_counter()
        try:
            headers = {"Content-Type": "application/json"} if body is not None else {}
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
            status, answer = response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            status, answer = 0, repr(error).encode()
        return Answer(status, answer, time.perf_counter() - start)

    def post(self, path, value):
        """`value` is a JSON value, or the bytes of one."""
        return self.ask("POST", path, value if isinstance(value, bytes) else json.dumps(value).encode())

    def get(self, path):
        return self.ask("GET", path)


def crowd(port, n_clients, requests, on_answer):
    """`n_clients` clients ask all requests, (path, body) each, every one the next as soon as it has an answer.
    `on_answer(i, answer)` is called for each, one call at a time. Returns the seconds that it took."""
    waiting, lock, failures = iter(enumerate(requests)), threading.Lock(), []

    def work():
        client = Client(port)
        try:
            while True:
                with lock:
                    i, (path, body) = next(waiting, (None, (None, None)))
                if path is None:
                    return
                answer = client.post(path, body)
                with lock:
                    on_answer(i, answer)
        except Exception as error:  # a mistake in on_answer
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(n_clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return time.perf_counter() - start


def quantile(values, share):
    """The least value that at least this share of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def milliseconds(seconds):
    return "  ".join(f"p{round(100 * share)} {1000 * quantile(seconds, share):.1f} ms" for share in (0.5, 0.9, 0.99))
