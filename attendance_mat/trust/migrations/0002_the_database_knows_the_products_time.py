"""The clock of the triggers: real time, shifted only in a demonstration (decision 13)."""

from django.db import migrations

PRODUCT_NOW = """
CREATE FUNCTION product_now() RETURNS timestamptz LANGUAGE sql VOLATILE SET search_path = public, pg_temp AS $$
    SELECT clock_timestamp() + make_interval(secs => coalesce((SELECT max(seconds) FROM trust_clockshift), 0))
$$
"""


class Migration(migrations.Migration):
    dependencies = [("trust", "0001_initial")]

    operations = [migrations.RunSQL(PRODUCT_NOW, "DROP FUNCTION product_now()")]
