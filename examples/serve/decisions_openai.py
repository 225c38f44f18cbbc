#!/usr/bin/env python3
"""Asks a server questions with OpenAI's client.

    pip install 'openai>=3.26'
    partwise serve --model MODEL &
    examples/serve/decisions_openai.py
"""
import os

import openai

client = openai.OpenAI(base_url=os.environ.get("PARTWISE_URL", "http://127.0.0.1:9931") + "/v1",
                       api_key=os.environ.get("PARTWISE_KEY", "none"))
model = client.models.list().data[0].id
decision = client.decisions.create(
    model=model,
    input="I was charged twice for my March invoice. Please send the money back today.",
    questions=[
        {"type": "predicate", "name": "money", "instructions": "Is this letter about money?"},
        {"type": "choice", "name": "team", "instructions": "Which team should answer this letter?",
         "choices": [{"value": "billing", "description": "payments and refunds"}, {"value": "technical"}]},
        {"type": "score", "name": "anger", "instructions": "How angry is the writer?",
         "levels": [{"label": "calm"}, {"label": "annoyed"}, {"label": "angry"}]},
    ],
    extra_body={"x_explanation": 3},
)
money, team, anger = decision.answers
print(f"about money: {money.probability:.3f}")
print(f"team: {team.choice} (confidence {team.confidence:.3f}), because of {team.model_extra['x_explanation']['parts']}")
print(f"anger: {anger.score:.2f} of 2")
assert abs(sum(one.probability for one in team.probabilities) - 1) < 1e-12
