"""Introducers, and products with their own block (D6)."""

from django.contrib import admin

from crm.admin.blocks import BlockAdmin
from crm.admin.site import site
from crm.models import Introducer, Product


@admin.register(Introducer, site=site)
class IntroducerAdmin(BlockAdmin):
    new_title = "Nouvel apporteur"
    help_texts = {
        "rule": "Préremplit les projets et les contrats qu'il apporte, sauf ceux d'un client qui a "
        "un apporteur privilégié. Ne change rien à ceux qui existent.",
    }


@admin.register(Product, site=site)
class ProductAdmin(BlockAdmin):
    new_title = "Nouveau produit"
    main_fields = ("name",)
    help_texts = {
        "rule": "Conservée, mais sans effet : elle ne préremplit aucun contrat, et aucun e-mail "
        "n'en tient compte.",
    }
