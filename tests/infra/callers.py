"""People who use the shop through its API: each signs up, sells, buys and looks, again and again."""

import copy
import http.client
import json
import random
import threading
import time
import uuid

# For what comes at once where nothing else runs.
PATIENCE_SECONDS = 120


class Refused(Exception):
    pass


class Person:
    def __init__(self, port, name):
        self.port, self.name = port, name
        self.cookies = {}
        self.seller = None

    def connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def call(self, method, path, body=None, wanted=(200, 201, 202, 204), ask_again=False):
        """`ask_again` also lets an answer pass that says when to ask again."""
        # A connection each: at a reload nginx closes idle ones, also under a test that is about to
        # use one just then. Browsers try again on a new one; a cluster's proxies do not reload.
        connection = self.connection()
        headers = {
            "Content-Type": "application/json",
            "Connection": "close",
            "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()),
        }
        try:
            connection.request(
                method, path, json.dumps(body) if body is not None else None, headers
            )
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            raise Refused(f"{method} {path}: {error!r}") from None
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, value = line.split(";")[0].split("=", 1)
            self.cookies[name] = value
        if answer.status not in wanted and not (ask_again and answer.headers["Retry-After"]):
            raise Refused(f"{method} {path}: {answer.status} {text[:300]}")
        return answer.status, json.loads(text) if text else None

    def sign_up(self):
        self.call(
            "POST",
            "/api/users/signup",
            {"email": f"{self.name}@example.com", "password": "correct horse battery"},
        )

    def sign_in(self):
        self.call(
            "POST",
            "/api/users/signin",
            {"email": f"{self.name}@example.com", "password": "correct horse battery"},
        )

    def call_for_new(self, pause, method, path, body):
        """Names something made a moment ago: its event is on its way to the service asked, which says
        404 and when to ask again, or 503 while no events flow."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            status, answer = self.call(method, path, body, ask_again=True)
            if status < 300:
                return answer
            pause(0.05)
        raise Refused(f"{method} {path}: what is new stayed unknown")

    def reserve(self, pause):
        """Buys a ticket of another account, as far as the reservation. Gives the order. In
        production one cannot buy one's own."""
        if self.seller is None:
            self.seller = copy.copy(self)
            self.seller.__dict__.pop("call", None)  # Crowd counts its buyers' calls alone
            self.seller.cookies, self.seller.name = {}, f"{self.name}-{uuid.uuid4()}"
            self.seller.sign_up()
        _, ticket = self.seller.call(
            "POST", "/api/tickets", {"title": f"Seat of {self.name}", "price": 20}
        )
        return self.call_for_new(pause, "POST", "/api/orders", {"ticketId": ticket["id"]})

    def sell_and_buy(self, pause):
        """A whole sale. Gives the order's id."""
        order = self.reserve(pause)
        self.call_for_new(
            pause, "POST", "/api/payments", {"token": "tok_visa", "orderId": order["id"]}
        )
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            _, seen = self.call("GET", f"/api/orders/{order['id']}")
            if seen["status"] == "complete":
                return order["id"]
            pause(0.05)
        raise Refused(f"order {order['id']} was never completed")


class Crowd:
    """Persons on threads of their own until they are stopped."""

    def __init__(self, port, size, seed=1):
        self.stopping, self.lock = threading.Event(), threading.Lock()
        self.calls, self.sales, self.faults, self.people = 0, 0, [], []
        tag = f"{int(time.time())}-{seed}"
        self.threads = [
            threading.Thread(
                target=self.live, args=(Person(port, f"p{tag}-{i}"), random.Random(seed * 100 + i))
            )
            for i in range(size)
        ]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join(2 * PATIENCE_SECONDS)

    def sells(self, more=1, seconds=PATIENCE_SECONDS):
        """Whether `more` whole sales end from now on."""
        before, end = self.sales, time.monotonic() + seconds
        while self.sales < before + more and time.monotonic() < end:
            time.sleep(0.1)
        return self.sales >= before + more

    def live(self, person, random_):
        call = person.call

        def counted(*args, **options):
            with self.lock:
                self.calls += 1
            return call(*args, **options)

        person.call = counted
        try:
            person.sign_up()
        except Refused as error:
            self.note(error)
            return
        while not self.stopping.is_set():
            try:
                person.sell_and_buy(time.sleep)
                person.call("GET", "/api/tickets?limit=5")
                person.call("GET", "/api/orders")
                with self.lock:
                    self.sales += 1
            except Refused as error:
                self.note(error)
            time.sleep(random_.uniform(0, 0.05))

    def note(self, error):
        with self.lock:
            self.faults.append(f"{time.strftime('%H:%M:%S')} {error}")
