import marimo

__generated_with = "0.14.0"
app = marimo.App(width="medium")


@app.cell
def _():
    import marimo as mo

    mo.md(
        """
        # What would change if we switched the option on?

        Open this notebook from the root of the repository:

        ```
        pip install marimo polars '.[frames]'
        marimo edit examples/what_would_change.py
        ```

        It makes up a portfolio of 100,000 contracts and asks, for all of them at once, who would
        get what: today, and with “Activer la possibilité d'inclure les apporteurs dans les
        communications clients” switched on.
        """
    )
    return (mo,)


@app.cell
def _():
    import polars as pl

    from partner_comms import (
        AnswerChange,
        Communication,
        CommunicationRule,
        FeatureGate,
        Notice,
        Reason,
        choices,
        label,
    )
    from partner_comms.frames import compare, resolve_deals

    words = {
        "change": dict(choices(AnswerChange, "en")),
        "reason": dict(choices(Reason, "en")),
        "applied_rule": dict(choices(CommunicationRule, "en")),
        "notice": dict(choices(Notice, "en")),
    }

    def in_words(table):
        """Each code of the library as its label."""
        coded = [name for name in words if name in table.columns]
        return table.with_columns(pl.col(name).replace_strict(words[name]) for name in coded)

    return Communication, FeatureGate, compare, in_words, label, pl, resolve_deals


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
    # Seven contracts in ten have an introducer, and a few introducers have the most.
    introduced_by = [
        int(40 * chance.random() ** 3) if chance.random() < 0.7 else None for _ in range(100_000)
    ]
    rules = ["client", "introducer", "client_and_introducer", None]
    usual = chance.choices(rules, weights=[4, 2, 3, 1], k=len(introducer_ids))
    deals = pl.DataFrame(
        {
            "id": range(100_000),
            "client_id": [chance.choice(client_ids) for _ in range(100_000)],
            "introducer_id": introduced_by,
            # Each introducer has a rule that most of its contracts have.
            "rule": [
                usual[each] if each is not None and chance.random() < 0.6 else chance.choice(rules)
                for each in introduced_by
            ],
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
def _(communication, compared, mo, pl, today):
    changed = compared.filter(pl.col("change") != "same")
    # Both answers have the rows of the deals in their order.
    lost = compared.filter(today["reaches_client"] & ~compared["reaches_client"])
    mo.md(
        f"""
        ## What changes

        Of {len(compared):,} e-mails (“{communication.selected_key}”), **{len(changed):,}** would
        have other recipients, or none. **{len(lost):,}** would no longer reach the client.
        """
    )
    return changed, lost


@app.cell
def _(compared, in_words):
    by_change = compared.group_by("change").len("contracts").sort("contracts", descending=True)
    in_words(by_change)
    return (by_change,)


@app.cell
def _(compared, pl):
    # Today all e-mails go to the client, so who gets them then is what changes.
    kinds = {
        "unchanged": "still",
        "introducer added": "added",
        "client replaced": "replaced",
        "nobody": "nobody",
    }
    outcome = (
        pl.when(pl.col("to").is_null())
        .then(pl.lit("nobody"))
        .when(~pl.col("reaches_client"))
        .then(pl.lit("client replaced"))
        .when(pl.col("reaches_introducer"))
        .then(pl.lit("introducer added"))
        .otherwise(pl.lit("unchanged"))
    )
    introduced = compared.filter(pl.col("introducer_id").is_not_null())
    by_introducer = (
        introduced.group_by("introducer_id")
        .agg(*[(outcome == kind).sum().alias(kind) for kind in kinds], pl.len().alias("contracts"))
        .sort("contracts", "introducer_id", descending=[True, False])
    )
    largest, others = by_introducer[:15], by_introducer[15:]
    return by_introducer, kinds, largest, others


@app.cell
def _(by_introducer, mo):
    total = by_introducer["contracts"].sum()
    replaced = by_introducer["client replaced"].sum() / total
    unsent = by_introducer["nobody"].sum() / total
    mo.md(
        f"""
        ## Whose contracts are concerned

        Of the e-mails about contracts with an introducer, **{replaced:.0%}** would go to the
        introducer in place of the client, and **{unsent:.0%}** to nobody.
        """
    )
    return


@app.cell
def _(bars, kinds, largest, mo, others):
    rows = [(f"Introducer {row['introducer_id']}", row) for row in largest.to_dicts()]
    rows += [(f"{len(others)} others", others.sum().to_dicts()[0])]
    by_introducer_chart = bars(
        "E-mails about the contracts of each introducer",
        [(name, [row[kind] for kind in kinds]) for name, row in rows],
        kinds=kinds,
        shares=True,
    )
    mo.Html(by_introducer_chart)
    return (by_introducer_chart,)


@app.cell
def _(compared, pl):
    # The address that each answer asks for first, and how many contracts wait for it.
    owners = {"no_introducer_address": "introducer", "no_client_address": "client"}
    missing = (
        pl.concat(
            compared.filter(pl.col("notice") == notice).select(
                pl.lit(owner.capitalize()).alias("party"),
                pl.col(f"{owner}_id").alias("id"),
                pl.col("to").is_null().alias("nobody"),
            )
            for notice, owner in owners.items()
        )
        .group_by("party", "id")
        .agg(pl.col("nobody").sum(), (~pl.col("nobody")).sum().alias("no copy"))
        .with_columns((pl.col("nobody") + pl.col("no copy")).alias("contracts"))
        .sort("contracts", "party", "id", descending=[True, False, False])
    )
    return (missing,)


@app.cell
def _(missing, mo):
    first, rest = missing[:12], missing[12:]
    mo.md(
        f"""
        ## What to mend first

        **{missing["contracts"].sum():,}** contracts wait for one of **{len(missing):,}** addresses:
        {first["contracts"].sum():,} for the {len(first)} below, and at most
        {rest["contracts"].max()} for each of the others.
        """
    )
    return (first,)


@app.cell
def _(bars, first, mo):
    missing_chart = bars(
        "Contracts that wait for an address",
        [
            (f"{row['party']} {row['id']}", [row["nobody"], row["no copy"]])
            for row in first.to_dicts()
        ],
        kinds={"nobody gets the e-mail": "nobody", "no copy": "replaced"},
        shares=False,
    )
    mo.Html(missing_chart)
    return (missing_chart,)


@app.cell
def _(mo):
    mo.md(
        """
        ## Why

        How often each reason, rule and notice occurs with the option on:
        """
    )
    return


@app.cell
def _(compared, in_words):
    codes = ["reason", "applied_rule", "notice"]
    by_reason = compared.group_by(codes).len("contracts").sort("contracts", *codes, descending=True)
    in_words(by_reason)
    return (by_reason,)


@app.cell
def _(mo):
    mo.md("One contract of each kind that changes, and the answer as a sentence:")
    return


@app.cell
def _(changed, in_words):
    first_of_each = changed.unique("change", keep="first", maintain_order=True)
    examples = first_of_each.select("id", "change", "why")
    in_words(examples)
    return (examples,)


@app.cell
def _():
    from html import escape
    from itertools import accumulate, pairwise

    style = """
      .bars text { font: 13px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif;
        fill: #2c3a46; }
      .bars .title { font-weight: 600; fill: #12354f; }
      .bars .number { text-anchor: end; }
      .bars .share { text-anchor: middle; font-size: 11px; fill: #12222e; }
      .bars .ground { fill: #f3f6f9; }
      .bars .still { fill: #cdd7df; }
      .bars .added { fill: #8cc0e8; }
      .bars .replaced { fill: #f2b457; }
      .bars .nobody { fill: #e87f74; }
      @media (prefers-color-scheme: dark) {
        .bars text { fill: #c3ced7; }
        .bars .title { fill: #dbeaf5; }
        .bars .share { fill: #f3f6f9; }
        .bars .ground { fill: #16191d; }
        .bars .still { fill: #47535e; }
        .bars .added { fill: #20669c; }
        .bars .replaced { fill: #8a5a10; }
        .bars .nobody { fill: #a83a30; }
      }
    """

    def bars(title, rows, *, kinds, shares):
        """A bar for each of `rows`, which are names with a count for each of `kinds`, as SVG.

        As shares, all bars have the same length. As narrow as a phone, and without a script.
        """
        left, width, right, line = 112, 220, 388, 24
        longest = max(sum(counts) for _, counts in rows)
        parts = [f'<text class="title" x="12" y="26">{escape(title)}</text>']
        for place, (kind, color) in enumerate(kinds.items()):
            x, y = 12 + 190 * (place % 2), 52 + 20 * (place // 2)
            parts.append(f'<rect class="{color}" x="{x}" y="{y - 11}" width="12" height="12"/>')
            parts.append(f'<text x="{x + 18}" y="{y}">{escape(kind)}</text>')
        top = 52 + 20 * ((len(kinds) + 1) // 2)
        for place, (name, counts) in enumerate(rows):
            y, total = top + line * place, sum(counts)
            scale = width / (total if shares else longest)
            parts.append(f'<text x="12" y="{y + 13}">{escape(name)}</text>')
            for color, (start, stop) in zip(
                kinds.values(), pairwise(accumulate(counts, initial=0)), strict=True
            ):
                x, long = left + scale * start, scale * (stop - start)
                at = f'x="{x:.1f}" y="{y}" width="{long:.1f}"'
                parts.append(f'<rect class="{color}" {at} height="18"/>')
                if shares and long > 28:
                    at, share = f'x="{x + long / 2:.1f}" y="{y + 13}"', (stop - start) / total
                    parts.append(f'<text class="share" {at}>{share:.0%}</text>')
            parts.append(f'<text class="number" x="{right}" y="{y + 13}">{total:,}</text>')
        height = top + line * len(rows) + 6
        return "\n".join(
            (
                '<svg xmlns="http://www.w3.org/2000/svg" class="bars" role="img" '
                f'width="400" height="{height}" viewBox="0 0 400 {height}">',
                f"<title>{escape(title)}</title>",
                f"<style>{style}</style>",
                f'<rect class="ground" width="400" height="{height}" rx="10"/>',
                *parts,
                "</svg>",
            )
        )

    return (bars,)


if __name__ == "__main__":
    app.run()
