"""The forms: a record with its block, a new rule for many deals, an e-mail."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget

from crm.at_once import as_seen, changed_since
from crm.french import fault
from crm.letters import Letter, LetterError
from crm.models import Client, Introducer, Record, run_choices
from crm.runs import prepared
from partner_comms import (
    CommissionBlock,
    Communication,
    CommunicationRule,
    PartnerCommsError,
    Prefill,
    RecordKind,
    UiText,
    choices,
    label,
    prefill_introduction,
)


class Seen(forms.CharField):
    """What is stored, as the page has shown it (see `as_seen`)."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False  # nobody changes it, and the history does not speak of it


class RecordForm(forms.ModelForm):
    """Refuses what was typed on a page that was opened before somebody else's change.

    The page then says what has changed. It has the new values where its user had left the old ones,
    and what its user has typed everywhere else.
    """

    seen = Seen(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored = as_seen(self.instance)
        self.initial["seen"] = self.stored

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if self.instance.pk is not None:
            self._compare(self.data.get("seen", ""))
        return data

    def _compare(self, seen: str) -> None:
        try:
            changed = changed_since(seen, self.instance)
        except ValueError as error:
            raise forms.ValidationError("Cette page est incomplète : rouvrez la fiche.") from error
        if not changed:
            return
        self.data = {
            **dict(self.data.items()),
            **self._not_typed(json.loads(seen)),
            "seen": self.stored,
        }
        raise forms.ValidationError(
            f"Quelqu'un d'autre a modifié cette fiche pendant que vous l'aviez ouverte : "
            f"{' ; '.join(changed)}. Rien n'est encore enregistré, et votre saisie est là : "
            "vérifiez, puis enregistrez de nouveau."
        )

    def _not_typed(self, seen: dict[str, Any]) -> dict[str, Any]:
        """The values that are stored now, for the fields that this page's user has left alone."""
        now = json.loads(self.stored)
        return {
            name: now[name]
            for name, field in self.fields.items()
            if name in seen and not field.has_changed(seen[name], self[name].data)
        }


class BlockForm(RecordForm):
    """Remembers what was stored, so that the history can tell the old rule."""

    instance: Record

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored_rule = self.instance.rule


class DealForm(BlockForm):
    """A deal that gets its introducer gets a block with it, once (S10, S11, D4).

    The page fills it as soon as the introducer is chosen, and says by `prefilled` for whom, and by
    `typed` what the user has typed since; what is then sent is what the user wants (S12). What the
    page could not fill is filled here.
    """

    prefill: Prefill | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored_introducer: Introducer | None = getattr(self.instance, "introducer", None)

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or self.cleaned_data
        client, introducer = data.get("client"), data.get("introducer")
        if client and introducer and self.stored_introducer is None:
            try:
                self.prefill = prefill_introduction(client.as_record(), introducer.as_record())
            except PartnerCommsError as error:
                raise forms.ValidationError(f"Fiche à corriger : {fault(error)}") from error
            self._fill(data, f"{client.pk}/{introducer.pk}", self.prefill.introduction.block)
        return data

    def _fill(self, data: dict[str, Any], pair: str, block: CommissionBlock) -> None:
        filled_for = self.data.get("prefilled", "")
        typed = self.data.get("typed", "").split()
        for name, value in (("rule", block.rule.value), ("terms", block.terms)):
            theirs = filled_for == pair or name in typed or (not filled_for and data.get(name))
            if not theirs:  # empty, or of another client's or introducer's block
                data[name] = value
        if not data.get("rule"):  # also where the setting is not shown: it then sleeps (D7)
            data["rule"] = block.rule.value
        self.instance.rule = data["rule"]


def prefill_words(prefill: Prefill, client: Client, introducer: Introducer) -> str:
    """Where the block comes from, and that the preferred introducer is another one (D5)."""
    words = f"Bloc prérempli à partir de {_source(prefill, client, introducer)}."
    return words + _differs(prefill, client, introducer)


def saved_words(prefill: Prefill, deal: Any) -> str:
    """The same for what was stored, which is what the user made of it (S12)."""
    block = prefill.introduction.block
    offered = []
    if deal.rule != block.rule.value:
        offered.append(f"{label(UiText.RULE_SETTING)} « {label(block.rule)} »")
    if deal.terms != block.terms:
        terms = deal._meta.get_field("terms").verbose_name
        offered.append(f"{terms} « {block.terms} »" if block.terms else f"{terms} : aucune")
    if not offered:
        return prefill_words(prefill, deal.client, deal.introducer)
    source = _source(prefill, deal.client, deal.introducer)
    words = f"Bloc enregistré tel que saisi. Proposition de {source} : {' ; '.join(offered)}."
    return words + _differs(prefill, deal.client, deal.introducer)


def _source(prefill: Prefill, client: Client, introducer: Introducer) -> str:
    if prefill.source is RecordKind.INTRODUCER:
        return f"la fiche de l'apporteur {introducer}"
    return f"la fiche du client {client}"


def _differs(prefill: Prefill, client: Client, introducer: Introducer) -> str:
    if not prefill.differs_from_preferred:
        return ""
    return (
        f" Attention : son apporteur privilégié est {client.introducer}, et non {introducer} ; "
        "vérifiez le bloc."
    )


MERGE_ONLY = "Pour un publipostage seulement."
ABOUT = {
    RecordKind.CLIENT: "Tous les clients",
    RecordKind.PROJECT: "Tous les projets",
    RecordKind.CONTRACT: "Tous les contrats",
}


class RuleForm(forms.Form):
    rule = forms.ChoiceField(
        label=label(UiText.RULE_SETTING),
        choices=choices(CommunicationRule),
        widget=forms.RadioSelect,
    )


class RunForm(forms.Form):
    """A letter to many (S5b to S5e); a mail merge alone has its own letter."""

    communication = forms.ChoiceField(
        label="Communication",
        choices=run_choices,
    )
    name = forms.CharField(
        label="Nom de l'envoi",
        max_length=200,
        widget=AdminTextInputWidget,
        help_text="Par exemple « novembre 2026 ». Le même nom reprend le même envoi : rien ne part "
        "deux fois.",
    )
    about = forms.ChoiceField(
        label="Fiches concernées",
        required=False,
        choices=[("", "---------"), *((kind.value, words) for kind, words in ABOUT.items())],
        help_text=MERGE_ONLY,
    )
    subject = forms.CharField(
        label="Objet",
        max_length=200,
        required=False,
        widget=AdminTextInputWidget,
        help_text=MERGE_ONLY,
    )
    text = forms.CharField(
        label="Texte",
        required=False,
        widget=AdminTextareaWidget,
        help_text=MERGE_ONLY + " Dans l'objet et le texte, $client, $fiche et $produit sont "
        "remplacés par le nom du client, le numéro du contrat ou du projet, et son produit.",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        letter = Letter(data.get("subject", ""), data.get("text", ""))
        about = RecordKind(data["about"]) if data.get("about") else None
        merge = data.get("communication") == Communication.MAIL_MERGE.value
        if not merge and (about or letter.subject or letter.text):
            raise forms.ValidationError(
                "Seul un publipostage a un objet, un texte et des fiches à choisir : les autres "
                "communications ont les leurs."
            )
        if not self.errors:
            try:
                self.run = prepared(
                    data["name"],
                    Communication(data["communication"]),
                    letter if merge else None,
                    about,
                )
            except LetterError as error:
                raise forms.ValidationError(str(error)) from error
        return data


class EmailForm(forms.Form):
    """An e-mail from a client's page, about the client or one of its deals (D18)."""

    about = forms.ChoiceField(label="Cet e-mail concerne")
    subject = forms.CharField(label="Objet", max_length=200, widget=AdminTextInputWidget)
    text = forms.CharField(label="Texte", widget=AdminTextareaWidget)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)  # a second click sends nothing

    def __init__(self, records: Iterable[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        about = self.fields["about"]
        assert isinstance(about, forms.ChoiceField)
        about.choices = list(records)
