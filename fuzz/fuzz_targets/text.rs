//! Text from outside on its way through the templates: whatever it says, the HTML has the elements
//! of the template and no others, scripts read as JSON, and the PDF's markup is well-formed.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use retool_audit::report::template::{HTML, SUMMARY, TemplateContext, Templates};
use retool_audit::report::text::{acts_unseen, css_string, shown, visible};
use retool_audit_fuzz::Room;

/// Every way in which templates write a text.
const HTML_TEMPLATE: &str = "<style>p::after { content: \"{{ text | css }}\"; }</style>
<p title=\"{{ text }}\">{{ text }}</p><i>{{ text | prose }}</i><b id=\"{{ text | slug }}\">{{ text | words }}</b>
<u>{{ text | upper }}</u><s>{{ text | moment }}</s>
<script>{{ data | json }}</script>";

const PDF_TEMPLATE: &str = "<report title=\"Of {{ text }}\" lang=\"en\" created=\"2026-10-31T23:59:00Z\" \
id=\"c0ffee\" header=\"{{ text }}\"><h1 id=\"one\">{{ text }}</h1><p>{{ text | prose }}</p>
<table cols=\"1* 40\"><head><c>A</c><c>B</c></head><r><c>{{ text }}</c><c>{{ text | words }}</c></r></table>
</report>";

static TEMPLATES: LazyLock<Templates> = LazyLock::new(|| {
    let room = Room::new();
    let files = [(HTML, HTML_TEMPLATE), (SUMMARY, PDF_TEMPLATE)];
    let files = files.map(|(name, text)| (name, text.as_bytes()));
    Templates::with(&room.fill("templates", &files)).expect("templates")
});

/// The document's elements with a text of no meaning in it.
static ELEMENTS: LazyLock<[usize; 5]> =
    LazyLock::new(|| signs(&filled("a").render(HTML).expect("HTML")));

fuzz_target!(|text: &str| {
    let filling = filled(text);
    let html = filling.render(HTML).expect("HTML");
    assert!(!html.contains(|it| it != '\n' && acts_unseen(it)), "something acts unseen");
    assert_eq!(signs(&html), *ELEMENTS, "{html}");
    let script = html.split_once("<script>").and_then(|it| it.1.split_once("</script>"));
    let script = script.map(|it| serde_json::from_str::<serde_json::Value>(it.0));
    assert!(script.is_some_and(|it| it.is_ok()), "{html}");
    let markup = filling.render(SUMMARY).expect("markup");
    let pdf = markup_pdf::render(&markup).map(|it| it.n_pages);
    assert!(pdf.is_ok(), "{pdf:?} of {markup}");
    assert!(!visible(text).contains(acts_unseen));
    assert!(!css_string(text).contains(['"', '<', '>', '&', '\n']));
    assert!(text.starts_with(shown(text).0));
});

fn filled(text: &str) -> TemplateContext {
    let data = serde_json::json!([text, [text]]);
    let report = serde_json::json!({ "text": text, "data": data });
    TemplateContext::of(&report, &TEMPLATES).expect("a report")
}

/// What makes elements and attributes, counted.
fn signs(html: &str) -> [usize; 5] {
    // What stands between backticks is set as code, and that is all.
    let html = html.replace("<code>", "").replace("</code>", "");
    let (before, script) = html.split_once("<script>").expect("a script");
    [
        html.matches('<').count(),
        html.matches('>').count(),
        before.matches('"').count(),
        before.matches('\'').count(),
        script.matches('&').count(),
    ]
}
