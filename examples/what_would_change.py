import marimo

__generated_with = "0.14.0"
app = marimo.App(width="medium")


@app.cell
def _():
    import marimo as mo

    mo.md(
        """
        # What would change if we switched the option on?

        Open this notebook from the root of the repository with

        `pip install marimo altair polars "partner-comms[frames]"` and
        `marimo edit examples/what_would_change.py`

        It makes up a portfolio of 100,000 contracts and asks, for all of them at once, who would
        get what: today, and with « Activer la possibilité d'inclure les apporteurs dans les
        communications clients » switched on.
        """
    )
    return (mo,)


@app.cell
def _():
    import altair as alt
    import polars as pl

    from partner_comms import Communication, FeatureGate, Reason, label
    from partner_comms.frames import resolve_deals

    return Communication, FeatureGate, Reason, alt, label, pl, resolve_deals


@app.cell
def _(Communication, label, mo):
    communication = mo.ui.dropdown(
        options={label(each, "en"): each.value for each in Communication},
        value=label(Communication.UNPAID_REMINDER, "en"),
        label="What is written",
    )
    communication
    return (communication,)


@app.cell
def _(pl):
    from random import Random

    chance = Random(2)
    client_ids = range(20_000)
    introducer_ids = range(40)
    deals = pl.DataFrame(
        {
            "id": range(100_000),
            "client_id": [chance.choice(client_ids) for _ in range(100_000)],
            # Seven contracts in ten have an introducer, and a few introducers have the most.
            "introducer_id": [
                int(40 * chance.random() ** 3) if chance.random() < 0.7 else None
                for _ in range(100_000)
            ],
            "rule": chance.choices(
                ["client", "introducer", "client_and_introducer", None],
                weights=[4, 2, 3, 1],
                k=100_000,
            ),
        }
    )
    clients = pl.DataFrame(
        {
            "id": client_ids,
            "email": [
                f"client.{each}@example.org" if chance.random() < 0.93 else None
                for each in client_ids
            ],
        }
    )
    introducers = pl.DataFrame(
        {
            "id": introducer_ids,
            "email": [
                None if each % 13 == 12 else f"contact@introducer-{each}.example"
                for each in introducer_ids
            ],
        }
    )
    return clients, deals, introducers


@app.cell
def _(FeatureGate, clients, communication, deals, introducers, resolve_deals):
    # The same question twice, side by side.
    both = deals
    for suffix, switched_on in (("_off", False), ("_on", True)):
        both = resolve_deals(
            both,
            clients=clients,
            introducers=introducers,
            communication=communication.value,
            gate=FeatureGate(premium=True, option_enabled=switched_on),
            suffix=suffix,
        )
    return (both,)


@app.cell
def _(both, pl):
    # Null is nobody: ne_missing counts it as a value, where != would drop the row.
    changed = both.filter(
        pl.col("to_off").ne_missing(pl.col("to_on")) | pl.col("cc_off").ne_missing(pl.col("cc_on"))
    )
    lost = both.filter(pl.col("reaches_client_off") & ~pl.col("reaches_client_on"))
    silent = both.filter(pl.col("to_off").is_not_null() & pl.col("to_on").is_null())
    rescued = both.filter(pl.col("to_off").is_null() & pl.col("to_on").is_not_null())
    return changed, lost, rescued, silent


@app.cell
def _(both, changed, lost, mo, rescued, silent):
    mo.md(
        f"""
        Of **{len(both):,}** contracts,

        - **{len(changed):,}** e-mails would go to somebody else, or to somebody more;
        - for **{len(lost):,}** contracts, the client would no longer get the e-mail;
        - **{len(silent):,}** e-mails that go out today would reach nobody, since an address is
          missing, and **{len(rescued):,}** that reach nobody today would go out.
        """
    )
    return


@app.cell
def _(Reason, both, label, pl):
    by_reason = (
        both.group_by("reason_on", "applied_rule_on", "notice_on")
        .len("contracts")
        .sort("contracts", descending=True)
        .with_columns(
            pl.col("reason_on")
            .replace_strict({each.value: label(each, "en") for each in Reason})
            .alias("why")
        )
    )
    by_reason
    return (by_reason,)


@app.cell
def _(alt, both, mo, pl):
    by_introducer = (
        both.filter(pl.col("introducer_id").is_not_null())
        .group_by("introducer_id")
        .agg(
            (pl.col("reaches_client_on") & pl.col("reaches_introducer_on")).sum().alias("both"),
            (pl.col("reaches_client_on") & ~pl.col("reaches_introducer_on")).sum().alias("client"),
            (~pl.col("reaches_client_on") & pl.col("reaches_introducer_on"))
            .sum()
            .alias("introducer"),
            pl.col("to_on").is_null().sum().alias("nobody"),
        )
        .sort("introducer_id")
    )
    chart = (
        alt.Chart(
            by_introducer.unpivot(
                index="introducer_id", variable_name="reached", value_name="contracts"
            )
        )
        .mark_bar()
        .encode(
            x=alt.X("introducer_id:O", title="Introducer"),
            y=alt.Y("contracts:Q", title="Contracts"),
            color=alt.Color("reached:N", title="Who is reached"),
            tooltip=["introducer_id", "reached", "contracts"],
        )
        .properties(title="With the option on: who hears of the contracts of each introducer")
    )
    mo.ui.altair_chart(chart)
    return by_introducer, chart


if __name__ == "__main__":
    app.run()
