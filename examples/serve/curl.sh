#!/usr/bin/env bash
# Asks a server three kinds of questions about a text, and why it gave the first answer.
#   partwise serve --model MODEL &
#   examples/serve/curl.sh
set -euo pipefail
url=${PARTWISE_URL:-http://127.0.0.1:9931}

curl --fail-with-body --silent --show-error "$url/health"
echo
curl --fail-with-body --silent --show-error "$url/v1/systemone" --header 'Content-Type: application/json' --data '{
  "state": "I was charged twice for my March invoice. Please send the money back today.",
  "questions": {
    "team":    {"type": "choice", "instructions": "Which team should answer this letter?",
                "criteria": {"billing": "payments and refunds", "technical": "faults of the product", "sales": null}},
    "anger":   {"type": "score", "instructions": "How angry is the writer?", "criteria": ["calm", "annoyed", "angry"]},
    "billing": {"type": "noul", "instructions": "Is this letter about money?"}
  },
  "x_explanation": 3
}' | python3 -m json.tool
