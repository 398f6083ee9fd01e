"""The settings as a program reads and sends them: each with its words, its kind and bounds, and what it usually is."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from flask_babel import gettext
from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler, StringConstraints
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from queue_app.configuration import export
from queue_app.models import Office, Service
from queue_app.office_settings import OfficeSettings, ServiceSettings
from queue_app.routes.api.frame.fields import Answer, Text, example
from queue_app.routes.managing import inputs, words
from queue_app.routes.managing.inputs import Kind

Value = str | bool | int | None
Agreed = Annotated[Text, StringConstraints(max_length=64)]
"""``agree`` of the 409 ``needs_agreement`` that came before."""

_TYPES: Mapping[Kind, Literal["integer", "boolean"]] = {Kind.NUMBER: "integer", Kind.CHECK: "boolean"}


class SettingAnswer(Answer):
    """One setting as it is. ``value`` may be sent again as it stands; ``usual`` is what a new office or service has.
    ``optional``: it may be null. ``longest``: so many letters at most. ``choices``: it is one of these."""

    model_config = example(
        name="grace_minutes",
        label="Waktu toleransi",
        means="Selama ini warga boleh terlambat dari jamnya, atau kembali setelah tidak hadir.",
        description="so long one may return after a no-show, or come late for a slot",
        type="integer",
        optional=False,
        value=60,
        usual=60,
        unit="menit",
        minimum=0,
        maximum=1440,
        longest=None,
        choices=None,
    )

    name: str
    label: str
    means: str
    description: str
    type: Literal["integer", "boolean", "string"]
    optional: bool
    value: Value
    usual: Value
    unit: str | None
    minimum: int | None
    maximum: int | None
    longest: int | None
    choices: list[str] | None


def settings_of(row: Office | Service, names: Sequence[str]) -> list[SettingAnswer]:
    """These settings of an office or a service, in the language of the request."""
    model, called = (OfficeSettings, words.OFFICE) if isinstance(row, Office) else (ServiceSettings, words.SERVICE)
    return [_described(row, model, name, called[name]) for name in names]


def _described(row: Office | Service, model: type[BaseModel], name: str, called: words.Words) -> SettingAnswer:
    shape = inputs.shape(model, name)
    return SettingAnswer(
        name=name,
        label=str(gettext(called.label)),
        means=str(gettext(called.means)) if called.means else "",
        description=model.model_fields[name].description or "",
        type=_TYPES.get(inputs.kind_of(model, name), "string"),
        optional=bool(shape.get("optional")),
        value=export.native(name, getattr(row, name)),
        usual=_usual(type(row), name),
        unit=str(gettext(called.unit)) if called.unit else None,
        minimum=shape.get("minimum"),
        maximum=shape.get("maximum"),
        longest=shape.get("maxLength"),
        choices=shape.get("enum"),
    )


def _usual(table: type[Office | Service], name: str) -> Value:
    default = table.__table__.c[name].default
    value: Any = None
    if default is not None:
        value = default.arg(None) if default.is_callable else default.arg
    found: Value = export.native(name, value)
    return found


class AsDocumented:
    """An object that the configuration's own check reads; the document gives it the form of ``model``."""

    def __init__(self, model: type[BaseModel], without: str = "") -> None:
        """``without``: a field that stands elsewhere."""
        self.model, self.without = model, without

    def __get_pydantic_core_schema__(self, _source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        found: CoreSchema = handler.generate_schema(dict[str, Any])
        return core_schema.no_info_after_validator_function(lambda value: value, found)

    def __get_pydantic_json_schema__(self, _core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        found = dict(handler.resolve_ref_schema(handler(self.model.__pydantic_core_schema__)))
        if self.without:
            found["properties"] = {name: each for name, each in found["properties"].items() if name != self.without}
            found["required"] = [name for name in found.get("required", ()) if name != self.without]
        return found
