"""vrkn watch: what it serves, what it refuses, how it ends."""
import http.client
import json
import signal
import socket
import time
import urllib.parse
import urllib.request

from synthetic_runs import record, write_run
from vrkn_cli import CliTest, main, vrkn
from watch import Watch


class WatchTest(CliTest):
    def setUp(self):
        super().setUp()
        self.runs = self.folder / "runs"
        self.run = write_run(self.runs / "one", steps=[0, 100], returns=[1.0, 2.0])

    def ask(self, watch, path, method="GET", **headers):
        """Status, headers and body of an answer; the path is sent as it is."""
        address = urllib.parse.urlsplit(watch.url)
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, answer.headers, body

    def data(self, watch):
        return json.loads(urllib.request.urlopen(watch.url + "data.json", timeout=30).read())

    def wait_for(self, watch, condition):
        """The first data that satisfy a condition. The server looks at the disk once a second."""
        for _ in range(100_000):
            data = self.data(watch)
            if condition(data):
                return data
        raise AssertionError("in vain")

    def test_serves_the_page_and_its_data_which_grow(self):
        with Watch(self.runs, "--title", "Mine & yours") as watch:
            status, headers, body = self.ask(watch, "/")
            self.assertEqual(status, 200)
            self.assertTrue(headers["Content-Type"].startswith("text/html"))
            self.assertIn(b"<title>Mine &amp; yours</title>", body)
            status, headers, body = self.ask(watch, "/data.json")
            self.assertEqual(json.loads(body)["runs"][0]["value"], [1, 2])
            tag = headers["ETag"]
            self.assertEqual(self.ask(watch, "/data.json", If_None_Match=tag)[0], 304)

            half = record("evaluate", 200, **{"return": 3.0})
            with open(self.run / "metrics.jsonl", "a", encoding="utf-8") as file:
                file.write(half[:20])
                file.flush()
                file.write(half[20:])
            data = self.wait_for(watch, lambda data: data["runs"][0]["value"] == [1, 2, 3])
            self.assertEqual(data["runs"][0]["last_step"], 200)
            self.assertEqual(self.ask(watch, "/data.json", If_None_Match=tag)[0], 200)

            write_run(self.runs / "deep" / "two", model="rssm", steps=[0], returns=[5.0])
            data = self.wait_for(watch, lambda data: len(data["runs"]) == 2)
            self.assertEqual([group["label"] for group in data["groups"]], ["rssm", "vrkn"])
            (self.run / "metrics.jsonl").write_text("damaged\n")
            data = self.wait_for(watch, lambda data: len(data["runs"]) == 1)
            self.assertIn("line 1", data["skipped"][0]["reason"])

    def test_an_empty_folder_is_watched_until_runs_come(self):
        empty = self.folder / "empty"
        empty.mkdir()
        with Watch(empty) as watch:
            self.assertEqual(self.data(watch)["runs"], [])
            write_run(empty / "one", steps=[0], returns=[1.0])
            self.wait_for(watch, lambda data: len(data["runs"]) == 1)

    def test_media_are_served_by_number_and_nothing_else_is(self):
        videos = self.run / "videos"
        videos.mkdir()
        (videos / "last-evaluation.mp4").write_bytes(b"film")
        with Watch(self.runs) as watch:
            source = self.data(watch)["media_items"][0]["source"]
            status, headers, body = self.ask(watch, "/" + source)
            self.assertEqual((status, headers["Content-Type"], body), (200, "video/mp4", b"film"))
            for path in ("/media/99", "/media/", "/media/-1", "/media/../config.toml", "/media/..%2fone%2fconfig.toml",
                         "/../../../../etc/passwd", "/one/config.toml", "//etc/passwd", "/data.json/x", "/index.html",
                         "/favicon.ico", "/%00"):
                self.assertEqual(self.ask(watch, path)[0], 404, path)

    def test_only_get_and_only_by_its_own_name(self):
        with Watch(self.runs) as watch:
            for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
                self.assertEqual(self.ask(watch, "/", method)[0], 405, method)
            self.assertEqual(self.ask(watch, "/", "HEAD")[0], 200)
            self.assertEqual(self.ask(watch, "/", Host="elsewhere.example")[0], 403)
            self.assertEqual(self.ask(watch, "/", Host="localhost:1")[0], 200)

    def test_connections_that_hang_do_not_keep_others_waiting(self):
        with Watch(self.runs) as watch:
            address = urllib.parse.urlsplit(watch.url)
            hanging = [socket.create_connection((address.hostname, address.port)) for _ in range(60)]
            try:
                for number, connection in enumerate(hanging):  # nothing, half a line, half a head, no reader
                    connection.sendall([b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: loc", b"GET / HTTP/1.1\r\n"][number % 4])
                for path in ("/", "/data.json", "/"):
                    begin = time.monotonic()
                    self.assertEqual(self.ask(watch, path)[0], 200)
                    self.assertLess(time.monotonic() - begin, 1.0)
            finally:
                for connection in hanging:
                    connection.close()

    def test_a_connection_that_hangs_is_closed(self):
        with Watch(self.runs) as watch:
            address = urllib.parse.urlsplit(watch.url)
            with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
                connection.sendall(b"GET / HTTP/1.1\r\nHost: loc")
                self.assertIn(connection.recv(1000)[:12], (b"", b"HTTP/1.1 400"))

    def test_a_content_security_policy_stands_in_every_header(self):
        with Watch(self.runs) as watch:
            for path in ("/", "/data.json", "/elsewhere"):
                policy = self.ask(watch, path)[1]["Content-Security-Policy"]
                self.assertIn("default-src 'none'", policy)
                self.assertIn("frame-ancestors 'none'", policy)
                self.assertNotIn("unsafe", policy)

    def test_signals_end_it(self):
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            with Watch(self.runs) as watch:
                self.data(watch)
                self.assertEqual(watch.stop(number), code)

    def test_bad_input(self):
        self.assertIn("nowhere", vrkn("watch", self.folder / "nowhere", check=2).stderr)
        self.assertIn("model.kind", vrkn("watch", self.runs, "--group-by", "model.knd", check=2).stderr)
        self.assertIn("--port", vrkn("watch", self.runs, "--port", 70000, check=2).stderr)
        with Watch(self.runs) as watch:
            port = urllib.parse.urlsplit(watch.url).port
            self.assertIn("taken", vrkn("watch", self.runs, "--port", port, check=2).stderr)


if __name__ == "__main__":
    main()
