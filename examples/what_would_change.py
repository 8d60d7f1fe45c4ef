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

    from partner_comms import AnswerChange, Communication, FeatureGate, Reason, label
    from partner_comms.frames import compare, resolve_deals

    return (
        AnswerChange,
        Communication,
        FeatureGate,
        Reason,
        alt,
        compare,
        label,
        pl,
        resolve_deals,
    )


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
def _(FeatureGate, clients, communication, compare, deals, introducers, resolve_deals):
    def answer(*, switched_on):
        return resolve_deals(
            deals,
            clients=clients,
            introducers=introducers,
            communication=communication.value,
            gate=FeatureGate(premium=True, option_enabled=switched_on),
            explain="en",
        )

    # The same question twice, and what differs, row by row.
    today = answer(switched_on=False)
    compared = compare(today, answer(switched_on=True))
    return compared, today


@app.cell
def _(AnswerChange, compared, label, pl):
    words = {each.value: label(each, "en") for each in AnswerChange}
    by_change = (
        compared.group_by("change")
        .len("contracts")
        .sort("contracts", descending=True)
        .with_columns(pl.col("change").replace_strict(words))
    )
    by_change
    return (by_change,)


@app.cell
def _(compared, mo, pl, today):
    changed = compared.filter(pl.col("change") != "same")
    # Both answers have the rows of the deals in their order.
    lost = compared.filter(today["reaches_client"] & ~compared["reaches_client"])
    mo.md(
        f"""
        Of **{len(compared):,}** contracts, the e-mails about **{len(changed):,}** would go to
        somebody else, to somebody more, or to nobody. For **{len(lost):,}** of them, the client
        would no longer get the e-mail.
        """
    )
    return changed, lost


@app.cell
def _(changed):
    # One of each kind, and why, in the words of the core.
    examples = changed.unique("why", maintain_order=True).select("id", "change", "why")
    examples
    return (examples,)


@app.cell
def _(Reason, compared, label, pl):
    reasons = {each.value: label(each, "en") for each in Reason}
    by_reason = (
        compared.group_by("reason", "applied_rule", "notice")
        .len("contracts")
        .sort("contracts", descending=True)
        .with_columns(pl.col("reason").replace_strict(reasons))
    )
    by_reason
    return (by_reason,)


@app.cell
def _(alt, compared, mo, pl):
    by_introducer = (
        compared.filter(pl.col("introducer_id").is_not_null())
        .group_by("introducer_id")
        .agg(
            (pl.col("reaches_client") & pl.col("reaches_introducer")).sum().alias("both"),
            (pl.col("reaches_client") & ~pl.col("reaches_introducer")).sum().alias("client"),
            (~pl.col("reaches_client") & pl.col("reaches_introducer")).sum().alias("introducer"),
            pl.col("to").is_null().sum().alias("nobody"),
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
