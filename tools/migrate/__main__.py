"""`python -m tools.migrate --region eu-west-1 < ledger.json`: bring an Aurora DSQL cluster's schema up to date.

Standard input is what the foundation's stack exports: `pulumi stack output ledger --json` of it. Connects
as `admin`, for which the caller needs dsql:DbConnectAdmin on the cluster. One Region is enough: the peered
clusters are one database.
"""

import argparse
import sys
from pathlib import Path
from typing import Protocol, cast

import botocore
import botocore.session
import psycopg

from tools.migrate.migrate import migrate
from tools.migrate.participants import CapInUse
from tools.migrate.plan import LedgerPlan, PlanError, read_plan

USAGE_STATUS = 2


class _Signer(Protocol):
    """What botocore adds to the client of Aurora DSQL; its stubs leave that out."""

    def generate_db_connect_admin_auth_token(self, hostname: str, region: str) -> str:
        """A password for `admin`."""


def _connect(plan: LedgerPlan, region: str) -> psycopg.Connection[tuple[object, ...]]:
    """Raises PlanError where the plan has no such Region."""
    endpoint = plan.endpoints.get(region)
    if endpoint is None:
        raise PlanError(f"no endpoint in {region}; expected one of {', '.join(sorted(plan.endpoints))}")
    client = cast("_Signer", botocore.session.get_session().create_client("dsql", region_name=region))
    return psycopg.connect(
        host=endpoint,
        dbname=plan.database,
        user="admin",
        password=client.generate_db_connect_admin_auth_token(endpoint, region),
        sslmode="verify-full",
        sslrootcert=str(Path(botocore.__file__).with_name("cacert.pem")),
        autocommit=True,
    )


def main() -> int:
    """Exit status 0: done; 2: the plan or the Region makes no sense, or a cap is in use."""
    parser = argparse.ArgumentParser(prog="python -m tools.migrate", description=__doc__)
    parser.add_argument("--region", required=True)
    region = parser.parse_args().region
    try:
        plan = read_plan(sys.stdin.read())
        with _connect(plan, region) as connection:
            done = migrate(connection, plan, sign_on_by_iam=True)
    except (PlanError, CapInUse) as error:
        sys.stderr.write(f"{error}\n")
        return USAGE_STATUS
    sys.stderr.write(f"the ledger is up to date: {done.accounts} accounts, {done.roles} roles may sign on\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
