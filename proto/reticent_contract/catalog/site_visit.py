"""Sites visited: one row a visit that a browser's history has."""

from __future__ import annotations

from reticent_contract.catalog.model import Field, FieldClass, Form, Item, Kind, Source, Table, Type

SITE_VISIT = Table(
    name="site_visit",
    kind=Kind.EVENT,
    sentence="Which sites people visited with this laptop's browsers; never in private windows.",
    events=("visit",),
    priority=20,
    fields=(
        Field(
            name="user_name",
            type=Type.TEXT,
            sentence="The name of the person whose browser it is.",
            field_class=FieldClass.DIRECT_ID,
            item=Item.VISITED,
            source=Source(
                linux="the account in whose home the history lies, and whose file it is",
                windows="the name of the folder of the person's profile",
                macos="the name of the home in which the history lies, and whose file it is",
            ),
            form=Form.USER,
            bytes_max=256,
            ocsf="actor.user.name",
        ),
        Field(
            name="browser",
            type=Type.TEXT,
            sentence="The browser: chrome, edge, brave, chromium, firefox or safari.",
            field_class=FieldClass.TECHNICAL,
            item=Item.VISITED,
            source=Source(
                linux="the folder in which the history lies",
                windows="the folder in which the history lies",
                macos="the folder in which the history lies",
            ),
            bytes_max=32,
        ),
        Field(
            name="profile",
            type=Type.TEXT,
            sentence="The browser's own name for the person's settings, such as Default.",
            field_class=FieldClass.QUASI_ID,
            item=Item.VISITED,
            source=Source(
                linux="the profile's folder",
                windows="the profile's folder",
                macos="the profile's folder; Safari: Default",
            ),
            bytes_max=256,
        ),
        Field(
            name="site",
            type=Type.TEXT,
            sentence="The site, as the part of its name that somebody registered.",
            field_class=FieldClass.QUASI_ID,
            item=Item.VISITED,
            source=Source(
                linux="the registrable domain of the URL, by the public suffix list",
                windows="the registrable domain of the URL, by the public suffix list",
                macos="the registrable domain of the URL, by the public suffix list",
            ),
            form=Form.HOST,
            bytes_max=256,
        ),
        Field(
            name="site_host",
            type=Type.TEXT,
            sentence="The whole name of the site's host; only where the policy asks for it.",
            field_class=FieldClass.QUASI_ID,
            item=Item.VISITED,
            source=Source(
                linux="the host of the URL; option detail: host or url",
                windows="the host of the URL; option detail: host or url",
                macos="the host of the URL; option detail: host or url",
            ),
            form=Form.HOST,
            bytes_max=256,
            ocsf="http_request.url.hostname",
        ),
        Field(
            name="url",
            type=Type.TEXT,
            sentence="The whole address of the page; only where the policy asks for it.",
            field_class=FieldClass.CONTENT,
            item=Item.VISITED,
            source=Source(
                linux="urls.url or moz_places.url; option detail: url",
                windows="urls.url or moz_places.url; option detail: url",
                macos="urls.url, moz_places.url or history_items.url; option detail: url",
            ),
            bytes_max=2048,
            ocsf="http_request.url.url_string",
        ),
        Field(
            name="transition",
            type=Type.TEXT,
            sentence="How the person got there: link, typed, reload, redirect and so on.",
            field_class=FieldClass.TECHNICAL,
            item=Item.VISITED,
            source=Source(
                linux="visits.transition or moz_historyvisits.visit_type",
                windows="visits.transition or moz_historyvisits.visit_type",
                macos="visits.transition or moz_historyvisits.visit_type; Safari does not tell",
            ),
            bytes_max=32,
        ),
        Field(
            name="duration_ms",
            type=Type.INTEGER,
            sentence="How long the page was open, in thousandths of a second.",
            field_class=FieldClass.TECHNICAL,
            item=Item.VISITED,
            source=Source(
                linux="visits.visit_duration; Firefox does not tell",
                windows="visits.visit_duration; Firefox does not tell",
                macos="visits.visit_duration; Firefox and Safari do not tell",
            ),
        ),
    ),
)
