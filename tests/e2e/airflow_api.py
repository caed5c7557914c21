"""Airflow's REST API as a test uses it."""

import time

import httpx

# Sixty tasks, each a process of its own, on two busy cores.
RUN_SECONDS = 1200


class AirflowApi:
    """One embedded Airflow, logged in as its administrator.

    Args:
        address: `http://host:port`.
        password: the administrator's.
    """

    def __init__(self, address, password):
        self.address = address
        self.password = password
        self.http = httpx.Client(base_url=address, timeout=60, trust_env=False)

    def __enter__(self):
        answer = self.http.post("/auth/token", json={"username": "admin", "password": self.password})
        assert answer.status_code == 201, answer.text
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return self

    def __exit__(self, *_):
        self.http.close()

    def get(self, path, **parameters):
        answer = self.http.get(f"/api/v2/{path}", params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def await_dags(self, *names, seconds=300):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if set(names) <= {dag["dag_id"] for dag in self.get("dags", limit=100)["dags"]}:
                return
            time.sleep(2)
        raise AssertionError(f"no DAGs {names}: {self.get('importErrors')}")

    def unpause(self, dag):
        answer = self.http.patch(f"/api/v2/dags/{dag}", json={"is_paused": False})
        assert answer.status_code == 200, answer.text

    def pause(self, dag):
        self.http.patch(f"/api/v2/dags/{dag}", json={"is_paused": True}).raise_for_status()

    def trigger(self, dag):
        """Let the scheduler run a DAG once, and give the run's id."""
        self.unpause(dag)
        answer = self.http.post(f"/api/v2/dags/{dag}/dagRuns", json={"logical_date": None})
        assert answer.status_code == 200, answer.text
        return answer.json()["dag_run_id"]

    def run(self, dag, seconds=RUN_SECONDS):
        """Let the scheduler run a DAG once and give the run as it ended."""
        return self.ended(dag, self.trigger(dag), seconds)

    def ended(self, dag, run_id, seconds=RUN_SECONDS):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = self.get(f"dags/{dag}/dagRuns/{run_id}")
            if found["state"] in {"success", "failed"}:
                return found
            time.sleep(2)
        raise AssertionError(f"{dag} still runs after {seconds} s: {self.tasks(dag, run_id)}")

    def await_run(self, dag, seconds=300):
        """Wait for the first run of a DAG that something else starts, and give it as it ended."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if runs := self.get(f"dags/{dag}/dagRuns", limit=1)["dag_runs"]:
                return self.ended(dag, runs[0]["dag_run_id"])
            time.sleep(2)
        raise AssertionError(f"{dag} was not run within {seconds} s")

    def backfilled(self, dag, count):
        """Wait for the runs of a backfill, and give them as they ended, by their day."""
        self.unpause(dag)
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            runs = self.get(f"dags/{dag}/dagRuns", run_type="backfill", order_by="logical_date")["dag_runs"]
            if len(runs) == count:
                return [self.ended(dag, run["dag_run_id"]) for run in runs]
            time.sleep(2)
        raise AssertionError(f"{dag} has {len(runs)} runs of {count} after 300 s")

    def await_task(self, dag, run_id, is_there, seconds=300):
        """Wait until the state of a run's tasks is as it should be, and give it."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if is_there(found := self.tasks(dag, run_id)):
                return found
            time.sleep(0.5)
        raise AssertionError(f"after {seconds} s {dag} is no further than {found}")

    def tasks(self, dag, run_id):
        """State of every task of a run."""
        found = self.get(f"dags/{dag}/dagRuns/{run_id}/taskInstances", limit=500)["task_instances"]
        return {task["task_id"]: task["state"] for task in found}

    def value(self, dag, run_id, task):
        """What a task returned."""
        path = f"dags/{dag}/dagRuns/{run_id}/taskInstances/{task}/xcomEntries/return_value"
        return self.get(path, deserialize="true")["value"]

    def log(self, dag, run_id, task, attempt=1):
        """The lines of a task's log."""
        path = f"dags/{dag}/dagRuns/{run_id}/taskInstances/{task}/logs/{attempt}"
        return "\n".join(str(line.get("event", line)) for line in self.get(path)["content"])
