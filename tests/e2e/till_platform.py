"""Project `till` on a platform of its own: every `${VAR}` of its files is a secret that can be recognized."""

import json
from dataclasses import dataclass, field

from embedded import Embedded

# Each secret holds this word, whatever else it is made of.
WORD = "canary"
JAAS = 'org.apache.kafka.common.security.plain.PlainLoginModule required username="till" password="{}";'
POISON = f"{WORD}'s \\\" ; -- /* $' \\"


@dataclass(frozen=True)
class Till(Embedded):
    """A platform for project `till`: every `${VAR}` of its files is a secret, and all that commands say is kept."""

    port: int = 0
    said: list = field(default_factory=list)

    @property
    def environment(self):
        warehouse = f"jdbc:postgresql://127.0.0.1:{self.port}/warehouse"
        return super().environment | {
            "ORDERS_JAAS": JAAS.format(f"{WORD}-orders'; --"),
            "CONNECT_JAAS": JAAS.format(f"{WORD}-connect"),
            "LEDGER_JDBC_URL": f"{warehouse}?user=flink_writer&password={WORD}FlinkWriter&reWriteBatchedInserts=true",
            "ROOM_TOKEN": POISON,
            "QUEUE_PASSWORD": POISON,
            "RATES_URL": f"http://reader:{WORD}-rates@127.0.0.1:9",
            "RATES_KEY": f"{WORD}-key",
            "RATES_TOKEN": f"{WORD}-token",
        }

    def millstream(self, *arguments, check=True, env=None):
        done = super().millstream(*arguments, check=check, env=env)
        self.said.append(f"$ {' '.join(arguments)}\n{done.stdout}\n{done.stderr}")
        return done

    def read(self, command):
        """What a plan or an apply gives as JSON."""
        return json.loads(self.millstream(command, "--json").stdout)
