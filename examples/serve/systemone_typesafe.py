#!/usr/bin/env python3
"""Asks a server questions with TypeSafe's client.

    pip install typesafe-sdk
    partwise serve --model MODEL &
    examples/serve/systemone_typesafe.py
"""
import os

from typesafe_sdk import Choice, Noul, Score, TypeSafeClient

client = TypeSafeClient(base_url=os.environ.get("PARTWISE_URL", "http://127.0.0.1:9931"),
                        api_key=os.environ.get("PARTWISE_KEY", "none"), timeout=60, compression=False)
with client:
    answer = client.system_one(
        state="I was charged twice for my March invoice. Please send the money back today.",
        questions={
            "money": Noul(instructions="Is this letter about money?"),
            "team": Choice(instructions="Which team should answer this letter?",
                           criteria={"billing": "payments and refunds", "technical": None}),
            "anger": Score(instructions="How angry is the writer?", criteria=["calm", "annoyed", "angry"]),
        },
    )
print(f"about money: {answer.nouls['money'].noul:.3f}")
print(f"team: {answer.choices['team'].choice} (confidence {answer.choices['team'].confidence:.3f})")
print(f"anger: {answer.scores['anger'].score:.2f} of 2")
assert abs(sum(answer.choices["team"].probabilities.values()) - 1) < 1e-12
