"""What only a real account can show: each assumption of docs/unverified.md, tried against a deployed stage.

The same checks run against the local system, which shows that the checks themselves are right:
`python -m bench.smoke --ws-url ws://127.0.0.1:9000/ocpp/ --api-url http://127.0.0.1:9000/api/v1`.
"""
