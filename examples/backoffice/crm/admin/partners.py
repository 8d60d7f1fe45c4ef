"""Introducers, and products with their own block (D6)."""

from __future__ import annotations

from django.contrib import admin

from crm.admin.blocks import BlockAdmin
from crm.models import Introducer, Product


@admin.register(Introducer)
class IntroducerAdmin(BlockAdmin):
    pass


@admin.register(Product)
class ProductAdmin(BlockAdmin):
    main_fields = ("name",)
