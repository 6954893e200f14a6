"""An S3-compatible server for one test, with faults at will.

It is moto, which checks signatures and rights once the accounts are made, unless it is to be open. It reads commands, a JSON
object a line, from standard input and answers each with a line; where that ends, so does the server.
"""

import json
import os
import sys
import threading

import boto3
import requests
from botocore.config import Config
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

CHUNK = 1 << 14
LONG_AGO = "Thu, 01 Jan 2026 00:00:00 GMT"


# Whoever asks without a signature, where nobody checks any.
ANYBODY = (
    "AWS4-HMAC-SHA256 Credential=root/20260101/eu-central-1/s3/aws4_request, "
    "SignedHeaders=host, Signature=none"
)


class Faults:
    """Counts requests of the program, and fails some of them."""

    def __init__(self, app):
        self.app = app
        self.lock = threading.Lock()
        self.kind, self.at, self.on, self.seen = None, 0, False, 0
        self.held, self.release = threading.Event(), threading.Event()
        self.log = []

    def __call__(self, environ, start_response):
        if "open" in sys.argv:
            environ["HTTP_AUTHORIZATION"] = ANYBODY
        if "retool-audit" not in environ.get("HTTP_USER_AGENT", ""):
            return self.app(environ, start_response)
        with self.lock:
            self.seen += 1
            is_due = self.seen >= self.at if self.on else self.seen == self.at
            strikes = self.kind is not None and is_due
            self.log.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        if not strikes:
            return self.app(environ, start_response)
        return getattr(self, self.kind)(environ, start_response)

    def refuse(self, environ, start_response):
        """The server is overloaded, and has done nothing."""
        self.take(environ)
        start_response("503 Slow Down", [("Content-Type", "application/xml")])
        return [b"<Error><Code>SlowDown</Code></Error>"]

    def deny(self, environ, start_response):
        """Whoever asks may not; the answer repeats what was signed, as that of S3 does."""
        self.take(environ)
        said = environ.get("HTTP_AUTHORIZATION", "")
        start_response("403 Forbidden", [("Content-Type", "application/xml")])
        return [f"<Error><Code>SignatureDoesNotMatch</Code><X>{said}</X></Error>".encode()]

    def cut(self, environ, start_response):
        """The connection breaks in the middle of what is sent."""
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0) // 2)
        return self.hang_up(environ)

    def lose(self, environ, start_response):
        """All is done, and the connection breaks before the answer."""
        for _ in self.app(environ, lambda *_: None):
            pass
        return self.hang_up(environ)

    def spoil(self, environ, start_response):
        """The answer has other bytes than what was stored."""
        answer = b"".join(self.app(environ, start_response))
        return [bytes(byte ^ 1 for byte in answer)]

    def swell(self, environ, start_response):
        """The answer never comes to its end."""
        b"".join(self.app(environ, lambda *_: None))
        headers = [("ETag", "x"), ("Last-Modified", LONG_AGO), ("Content-Length", str(1 << 50))]
        start_response("200 OK", headers)
        return iter(lambda: bytes(CHUNK), None)

    def hold(self, environ, start_response):
        """Nothing happens until somebody says so."""
        self.held.set()
        self.release.wait(60)
        return self.app(environ, start_response)

    @staticmethod
    def take(environ):
        left = int(environ.get("CONTENT_LENGTH") or 0)
        while left > 0 and (piece := environ["wsgi.input"].read(min(left, CHUNK))):
            left -= len(piece)

    @staticmethod
    def hang_up(environ):
        environ["werkzeug.socket"].shutdown(2)
        raise ConnectionAbortedError


def client(port, service, key=("root", "root")):
    return boto3.client(
        service,
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="eu-central-1",
        aws_access_key_id=key[0],
        aws_secret_access_key=key[1],
        config=Config(retries={"max_attempts": 0}),
    )


def rights(bucket):
    """What docs/stores.md says that the program needs."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": [
                    "s3:ListBucket",
                    "s3:GetObject",
                    "s3:PutObject",
                    "s3:PutObjectRetention",
                    "s3:GetObjectRetention",
                    "s3:GetBucketObjectLockConfiguration",
                ],
                "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
            }
        ],
    }


def account(iam, name, policy):
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
    made = iam.create_access_key(UserName=name)["AccessKey"]
    return made["AccessKeyId"], made["SecretAccessKey"]


def accounts(port):
    """An account with the program's rights, and a client that may do everything; from here on, signatures
    and rights are checked."""
    iam = client(port, "iam")
    everything = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    }
    policy = rights("evidence")
    policy["Statement"] += rights("locked")["Statement"]
    key = account(iam, "retool-audit", policy)
    s3 = client(port, "s3", account(iam, "somebody", everything))
    requests.post(f"http://127.0.0.1:{port}/moto-api/reset-auth", data=b"0", timeout=10)
    return key, s3


def main():
    faults = Faults(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, faults, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_port
    root = client(port, "s3")
    place = {"LocationConstraint": "eu-central-1"}
    root.create_bucket(Bucket="evidence", CreateBucketConfiguration=place)
    root.create_bucket(
        Bucket="locked", CreateBucketConfiguration=place, ObjectLockEnabledForBucket=True
    )
    key, s3 = ("root", "root"), root
    if "open" not in sys.argv:
        key, s3 = accounts(port)
    answer({"port": port, "key": key[0], "secret": key[1]})
    for line in sys.stdin:
        command = json.loads(line)
        try:
            answer(do(command, s3, faults))
        except Exception as error:  # The test has to see it.
            answer({"error": repr(error)})
    os._exit(0)


def do(command, s3, faults):
    bucket = command.get("bucket", "evidence")
    match command["do"]:
        case "fault":
            with faults.lock:
                faults.kind, faults.at = command["kind"], command["at"]
                faults.on, faults.seen, faults.log = command["on"], 0, []
                faults.held.clear()
                faults.release.clear()
            return {}
        case "seen":
            return {"seen": faults.seen, "log": faults.log}
        case "held":
            return {"held": faults.held.wait(command.get("seconds", 60))}
        case "release":
            faults.release.set()
            return {}
        case "list":
            pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
            names = [it["Key"] for page in pages for it in page.get("Contents", [])]
            return {"names": names}
        case "read":
            body = s3.get_object(Bucket=bucket, Key=command["name"])["Body"].read()
            return {"hex": body.hex()}
        case "write":
            body = bytes.fromhex(command["hex"])
            s3.put_object(Bucket=bucket, Key=command["name"], Body=body)
            return {}
        case "remove":
            s3.delete_object(Bucket=bucket, Key=command["name"])
            return {}
        case "lock":
            head = s3.head_object(Bucket=bucket, Key=command["name"])
            until = head.get("ObjectLockRetainUntilDate")
            return {"mode": head.get("ObjectLockMode"), "until": until and until.isoformat()}
        case "versions":
            found = s3.list_object_versions(Bucket=bucket)
            return {"versions": len(found.get("Versions", []))}
    raise ValueError(command)


def answer(value):
    print(json.dumps(value), flush=True)


main()
