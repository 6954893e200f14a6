//! The house rules that a machine can check.

use std::fs;
use std::path::Path;

/// Who may import whom, in the order data flows.
const FLOW: &[(&str, &[&str])] = &[
    ("files", &[]),
    ("threads", &[]),
    ("lookup", &[]),
    ("menus", &[]),
    ("operator", &[]),
    ("digest", &[]),
    ("input", &["digest", "files"]),
    ("json", &["threads"]),
    ("checksums", &["digest", "files"]),
    ("calendar", &[]),
    ("retention", &["calendar", "checksums", "digest", "files", "operator"]),
    ("address", &[]),
    ("loopback", &[]),
    ("names", &["address"]),
    ("signing", &["files"]),
    ("frameworks", &[]),
    ("config", &["address", "calendar", "files", "frameworks", "loopback", "names"]),
    ("spreadsheet", &["address", "calendar", "config", "names", "threads"]),
    (
        "roster",
        &["address", "calendar", "config", "files", "input", "lookup", "names", "spreadsheet"],
    ),
    ("baseline", &["config", "input", "names", "roster", "spreadsheet"]),
    ("logo", &["input"]),
    ("power", &[]),
    (
        "snapshot",
        &[
            "operator",
            "calendar",
            "checksums",
            "digest",
            "files",
            "json",
            "names",
            "power",
            "retention",
            "threads",
        ],
    ),
    ("identities", &["address", "names", "roster", "snapshot"]),
    ("approvals", &["calendar", "config", "identities", "input", "names", "roster", "spreadsheet"]),
    (
        "review",
        &[
            "address",
            "config",
            "digest",
            "files",
            "identities",
            "input",
            "json",
            "names",
            "snapshot",
            "spreadsheet",
        ],
    ),
    ("mask", &["digest"]),
    ("secret", &["config", "files"]),
    ("reach", &["loopback"]),
    ("retool", &["digest", "loopback", "mask", "menus", "power", "reach", "snapshot"]),
    ("outbound", &["loopback", "reach"]),
    ("stores", &["calendar", "checksums", "config", "digest", "files", "loopback", "reach"]),
    ("timestamp", &["calendar", "digest", "outbound", "retool"]),
    ("collect", &["operator", "config", "files", "reach", "retool", "secret", "snapshot"]),
    (
        "checkup",
        &["collect", "config", "menus", "names", "power", "reach", "retool", "secret", "snapshot"],
    ),
    (
        "import",
        &["operator", "address", "config", "digest", "files", "retool", "snapshot", "spreadsheet"],
    ),
    ("stand_in", &["files", "snapshot"]),
    (
        "tables",
        &[
            "lookup",
            "address",
            "approvals",
            "baseline",
            "calendar",
            "config",
            "names",
            "power",
            "review",
            "roster",
            "snapshot",
        ],
    ),
    ("parameters", &["config", "tables"]),
    ("subjects", &["tables"]),
    (
        "rules",
        &[
            "subjects",
            "config",
            "digest",
            "frameworks",
            "menus",
            "names",
            "snapshot",
            "tables",
            "parameters",
        ],
    ),
    (
        "custom_rules",
        &["config", "frameworks", "files", "rules", "tables", "parameters", "threads"],
    ),
    ("catalogue", &["config", "digest", "custom_rules", "rules"]),
    ("guardrails", &["config", "frameworks", "rules", "tables", "parameters"]),
    (
        "audit",
        &[
            "lookup",
            "calendar",
            "subjects",
            "config",
            "digest",
            "names",
            "rules",
            "tables",
            "parameters",
            "threads",
        ],
    ),
    (
        "reperform",
        &["audit", "config", "custom_rules", "names", "parameters", "rules", "subjects", "tables"],
    ),
    (
        "explain",
        &["config", "frameworks", "guardrails", "reperform", "rules", "tables", "parameters"],
    ),
    (
        "waivers",
        &["audit", "calendar", "config", "identities", "input", "names", "rules", "tables"],
    ),
    ("responses", &["config", "input", "waivers"]),
    (
        "record",
        &[
            "audit",
            "calendar",
            "checksums",
            "digest",
            "files",
            "json",
            "review",
            "snapshot",
            "tables",
        ],
    ),
    (
        "references",
        &[
            "approvals",
            "baseline",
            "config",
            "identities",
            "names",
            "responses",
            "rules",
            "snapshot",
            "tables",
            "waivers",
        ],
    ),
    (
        "report",
        &[
            "lookup",
            "operator",
            "reperform",
            "json",
            "approvals",
            "audit",
            "baseline",
            "calendar",
            "checksums",
            "subjects",
            "config",
            "frameworks",
            "digest",
            "files",
            "guardrails",
            "identities",
            "logo",
            "names",
            "references",
            "responses",
            "review",
            "roster",
            "rules",
            "snapshot",
            "tables",
            "threads",
            "parameters",
            "waivers",
        ],
    ),
    ("pack", &["rules", "calendar", "checksums", "files", "json", "operator", "report"]),
    ("metrics", &["calendar", "files", "report", "snapshot"]),
    (
        "notify",
        &[
            "audit", "calendar", "config", "digest", "files", "json", "mask", "names", "outbound",
            "reach", "report", "rules", "secret", "snapshot",
        ],
    ),
    (
        "verify",
        &[
            "signing",
            "audit",
            "calendar",
            "checksums",
            "digest",
            "files",
            "names",
            "record",
            "retention",
            "review",
            "snapshot",
            "threads",
            "timestamp",
        ],
    ),
    (
        "evidence",
        &[
            "calendar",
            "checksums",
            "files",
            "names",
            "pack",
            "report",
            "retention",
            "review",
            "snapshot",
            "verify",
        ],
    ),
    ("lake", &["checksums", "digest", "files", "reperform", "report", "tables", "verify"]),
    ("sample", &["digest", "names", "report", "verify"]),
    ("cli", &["calendar", "lake", "reperform", "rules", "sample"]),
    ("progress", &["cli", "collect", "report", "snapshot"]),
    (
        "run",
        &[
            "signing",
            "record",
            "approvals",
            "audit",
            "baseline",
            "calendar",
            "catalogue",
            "checkup",
            "checksums",
            "cli",
            "collect",
            "config",
            "frameworks",
            "digest",
            "evidence",
            "explain",
            "files",
            "guardrails",
            "identities",
            "import",
            "input",
            "json",
            "logo",
            "metrics",
            "names",
            "notify",
            "custom_rules",
            "operator",
            "pack",
            "progress",
            "reach",
            "secret",
            "references",
            "report",
            "retention",
            "retool",
            "responses",
            "review",
            "roster",
            "rules",
            "lake",
            "parameters",
            "reperform",
            "sample",
            "snapshot",
            "spreadsheet",
            "stand_in",
            "stores",
            "tables",
            "threads",
            "timestamp",
            "verify",
            "waivers",
        ],
    ),
];

/// Renderers see the report and never what it was made from.
const RENDERERS: &[&str] = &[
    "report/csv_set",
    "report/html",
    "report/oscal",
    "report/template",
    "report/table",
    "report/workbook",
];

/// Every heavy dependency is used in one place.
const OWNERS: &[(&str, &[&str])] = &[
    ("aho_corasick", &["mask"]),
    ("chrono_tz", &["config", "calendar"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("calamine", &["spreadsheet/workbook"]),
    ("comfy_table", &["run/columns"]),
    ("console", &["progress"]),
    (
        "csv",
        &[
            "spreadsheet/delimited",
            "report/csv_set",
            "review/delimited",
            "reperform/engine",
            "verify/tables",
        ],
    ),
    ("der", &["timestamp/token"]),
    ("encoding_rs", &["config/rosters", "spreadsheet/text"]),
    ("flate2", &["markup-pdf/finish"]),
    ("futures_util", &["checkup", "collect", "stores"]),
    ("glob", &["config/source"]),
    ("governor", &["retool/pace"]),
    ("hmac", &["digest"]),
    ("hyper", &["stand_in"]),
    ("idna", &["address"]),
    ("indicatif", &["progress/bars"]),
    ("lettre", &["notify/mail"]),
    ("lopdf", &["markup-pdf/finish"]),
    ("markup_pdf", &["config", "logo", "report", "review", "run"]),
    ("object_store", &["stores"]),
    (
        "polars",
        &[
            "subjects",
            "tables",
            "parameters",
            "rules",
            "custom_rules/engine",
            "audit",
            "report/assemble",
            "report/findings",
            "report/cells",
            "report/parquet",
            "reperform",
            "lake",
        ],
    ),
    ("polars_io", &["lake"]),
    ("polars_parquet", &["report/parquet"]),
    ("memchr", &["spreadsheet/delimited"]),
    ("png", &["markup-pdf/image"]),
    ("printpdf", &["markup-pdf/printer"]),
    ("quick_xml", &["markup-pdf/xml"]),
    ("reqwest", &["outbound", "reach", "retool/transport", "stores"]),
    ("rust_xlsxwriter", &["report/workbook", "review/worksheet"]),
    ("rustls", &["reach", "retool/transport"]),
    ("rustybuzz", &["markup-pdf/fonts"]),
    (
        "secrecy",
        &[
            "checkup/token",
            "collect/visit",
            "mask",
            "notify",
            "outbound",
            "retool",
            "run/key",
            "secret",
            "stores",
        ],
    ),
    ("serde_ignored", &["retool/intake"]),
    ("sha2", &["digest", "markup-pdf/finish"]),
    ("ssh_key", &["signing"]),
    ("strsim", &["config/problem"]),
    ("subsetter", &["markup-pdf/printer"]),
    ("tempfile", &["reperform/engine", "run/demo", "run/replay", "run/store"]),
    ("tera", &["report/template"]),
    ("textwrap", &["explain/text", "progress", "reperform"]),
    (
        "tokio",
        &["collect", "notify/mail", "outbound", "retool", "run", "secret", "stand_in", "stores"],
    ),
    ("tracing", &["progress"]),
    ("tracing_subscriber", &["progress"]),
    ("sqlparser", &["custom_rules/sql", "reperform", "rules"]),
    ("toml", &["config/raw", "frameworks", "custom_rules/file", "roster/profile"]),
    ("unicode_bidi", &["markup-pdf"]),
    ("unicode_normalization", &["address", "names", "markup-pdf/shape"]),
    ("url", &["config/check/address", "names", "operator"]),
    ("uuid", &["report/oscal"]),
    ("whoami", &["operator"]),
    ("zip", &["spreadsheet/workbook"]),
    ("zstd", &["json", "markup-pdf/fonts"]),
];

/// Code lines of a file, without blanks, comments and tests.
const MOST_LINES: usize = 300;

#[test]
fn data_flows_one_way() {
    for file in sources().into_iter().filter(|it| it.path.starts_with("src/")) {
        let module = file.module.split('/').next().unwrap_or_default();
        let Some((_, allowed)) = FLOW.iter().find(|(it, _)| *it == module) else {
            assert!(["lib", "main"].contains(&module), "{}: is in no module", file.path);
            continue;
        };
        for (other, _) in FLOW.iter().filter(|(it, _)| *it != module) {
            let imports = file.names("crate", other);
            assert!(!imports || allowed.contains(other), "{}: imports `{other}`", file.path);
        }
    }
}

#[test]
fn the_table_of_imports_has_no_way_back() {
    for (at, (module, allowed)) in FLOW.iter().enumerate() {
        for other in *allowed {
            let place = FLOW.iter().position(|(it, _)| it == other).expect("a module");
            assert!(place < at, "`{module}` imports `{other}`, which stands to its right");
        }
    }
}

#[test]
fn renderers_see_nothing_but_the_report() {
    for file in sources() {
        if RENDERERS.iter().any(|it| file.module.starts_with(it)) {
            for other in ["config", "tables", "snapshot", "roster"] {
                assert!(!file.names("crate", other), "{}: imports `{other}`", file.path);
            }
        }
    }
}

#[test]
fn every_dependency_is_used_in_its_place() {
    for file in sources() {
        for (dependency, owners) in OWNERS {
            let at_home = owners.iter().any(|it| file.module.starts_with(it));
            assert!(
                !file.uses(dependency) || at_home,
                "{}: `{dependency}` belongs in {owners:?}",
                file.path
            );
        }
    }
}

#[test]
fn files_are_opened_and_made_in_one_place() {
    let touches = [
        "fs::read(",
        "fs::read_to_string(",
        "fs::write(",
        "fs::copy(",
        "fs::create_dir",
        "File::open(",
        "File::create",
        "OpenOptions",
        "DirBuilder",
    ];
    // The readings are a test, which reads the rules.
    let beside = |it: &&Source| !it.module.starts_with("files") && it.module != "audit/readings";
    for file in sources().iter().filter(beside) {
        let found = touches.iter().find(|it| file.code.contains(**it));
        assert_eq!(found, None, "{}: goes past `files`", file.path);
    }
}

#[test]
fn every_file_says_what_it_owns_and_stays_small() {
    for file in sources() {
        let head = file.code.lines().next().unwrap_or_default();
        assert!(head.starts_with("//! "), "{}: no `//!` line", file.path);
        assert!(head.len() <= 100, "{}: a long first line", file.path);
        let is_code = |it: &&str| !it.trim().is_empty() && !it.trim().starts_with("//");
        let n_lines = file.code.lines().filter(is_code).count();
        // The data dictionary is a table: each of its lines is a column.
        let table = file.module == "tables/dictionary";
        assert!(n_lines <= MOST_LINES || table, "{}: {n_lines} lines", file.path);
    }
}

#[test]
fn the_map_in_lib_names_every_module_with_its_own_words() {
    let lib = fs::read_to_string("src/lib.rs").unwrap();
    let mut modules = Vec::new();
    for (module, _) in FLOW {
        let text = fs::read_to_string(format!("src/{module}.rs")).unwrap();
        let head = text.lines().next().unwrap().trim_start_matches("//! ");
        let line = format!("//! - [`{module}`]: {head}");
        assert!(lib.contains(&line), "src/lib.rs lacks `{line}`");
        modules.push(format!("pub mod {module};"));
    }
    assert!(lib.contains(&modules.join("\n")), "src/lib.rs has the modules in another order");
}

#[test]
fn the_threat_model_names_tests_that_there_are() {
    let model = fs::read_to_string("docs/threat-model.md").expect("a document");
    let rows = model.lines().filter(|it| it.starts_with("| ") && it.ends_with("` |"));
    let held = rows.filter_map(|it| it.trim_end_matches(" |").rsplit_once(" | "));
    let named: Vec<&str> = held.flat_map(|it| it.1.split("`, `")).collect();
    assert!(named.len() > 50, "{} tests", named.len());
    for it in named.iter().map(|it| it.trim_matches('`')) {
        let (path, test) = if let Some(target) = it.strip_prefix("fuzz: ") {
            (format!("fuzz/fuzz_targets/{target}.rs"), "")
        } else if it.starts_with("src/") {
            let (path, test) = it.split_once(": ").unwrap_or((it, ""));
            (path.to_owned(), test)
        } else {
            let (module, test) = it.rsplit_once("::").unwrap_or_default();
            (format!("tests/it/{}.rs", module.replace("::", "/")), test)
        };
        let code = fs::read_to_string(&path).unwrap_or_default();
        if test.is_empty() {
            assert!(code.contains("fuzz_target!") || code.contains("#[test]"), "no tests in {it}");
            continue;
        }
        let above = code.split_once(&format!("fn {test}()")).map_or("", |it| it.0);
        let marks = above.rsplit_once("\n\n").map_or(above, |it| it.1);
        assert!(marks.contains("test]"), "{path}: no test `{test}`");
    }
}

/// What a registry takes at most is ten megabytes, packed.
#[test]
fn the_package_holds_what_it_needs_and_is_small() {
    let manifest = fs::read_to_string("Cargo.toml").expect("the manifest");
    let (_, list) = manifest.split_once("include = [").expect("a list of what is packed");
    let (list, _) = list.split_once(']').expect("its end");
    let mut bytes = 0;
    for entry in list.split(',').map(|it| it.trim().trim_matches('"')).filter(|it| !it.is_empty()) {
        let path = Path::new(entry.trim_start_matches('/').trim_end_matches("/*.md"));
        assert!(path.exists(), "{entry} is not there");
        bytes += size(path);
    }
    assert!((1_000_000..10_000_000).contains(&bytes), "{bytes} bytes before they are packed");
}

fn size(path: &Path) -> u64 {
    if path.is_file() {
        return path.metadata().expect("a file").len();
    }
    let entries = fs::read_dir(path).expect("a folder");
    entries.map(|it| size(&it.expect("an entry").path())).sum()
}

#[test]
fn every_fuzz_target_is_explained_and_has_a_corpus() {
    let readme = fs::read_to_string("fuzz/README.md").expect("a document");
    let workspace = fs::read_to_string("fuzz/Cargo.toml").expect("a workspace");
    let targets: Vec<_> = fs::read_dir("fuzz/fuzz_targets").expect("targets").collect();
    assert_eq!(targets.len(), workspace.matches("[[bin]]").count());
    for it in targets {
        let path = it.expect("a target").path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        assert!(readme.contains(&format!("\n| `{name}` |")), "fuzz/README.md lacks `{name}`");
        assert!(
            workspace.contains(&format!("name = \"{name}\"")),
            "fuzz/Cargo.toml lacks `{name}`"
        );
        let corpus = fs::read_dir(format!("fuzz/corpus/{name}")).expect("a corpus");
        let sizes: Vec<u64> =
            corpus.map(|it| it.expect("a file").metadata().expect("a size").len()).collect();
        assert!((1..=120).contains(&sizes.len()), "{name}: {} files", sizes.len());
        assert!(sizes.iter().all(|it| *it < 20_000), "{name}: a large file");
    }
}

#[test]
fn the_project_speaks_of_itself_alone() {
    let words = ["TODO", "FIXME", "XXX", "/work/", "/root/"];
    let places =
        ["src", "crates", "tests", "fuzz/src", "fuzz/fuzz_targets", "templates", "sample-data"];
    let pages = ["docs", "fuzz/README.md", "README.md", "CHANGELOG.md", "CONTRIBUTING.md"];
    for path in places.into_iter().chain(pages) {
        each_text(Path::new(path), &mut |path, text| {
            if path != "tests/it/tidy.rs" {
                for word in words {
                    assert!(!text.contains(word), "{path}: says `{word}`");
                }
            }
        });
    }
}

/// A source file up to its tests.
struct Source {
    /// `report/csv`.
    module: String,
    /// `src/report/csv.rs`.
    path: String,
    code: String,
}

impl Source {
    /// Whether the code names `root::module`, also within braces.
    fn names(&self, root: &str, module: &str) -> bool {
        let direct = [format!("{root}::{module}::"), format!("{root}::{module};")];
        let nested = self.code.split(&format!("{root}::{{")).skip(1).any(|it| {
            let list = it.split(';').next().unwrap_or_default();
            list.split([',', '{', '}']).any(|it| it.trim().split("::").next() == Some(module))
        });
        nested || direct.iter().any(|it| self.code.contains(it))
    }

    /// Whether the code uses a path that begins with `dependency`.
    fn uses(&self, dependency: &str) -> bool {
        let path = format!("{dependency}::");
        self.code.match_indices(&path).any(|(at, _)| {
            let before = self.code[..at].chars().next_back();
            !before.is_some_and(|it| it.is_alphanumeric() || it == '_' || it == ':')
        })
    }
}

/// Every source file of the program and of the crates beside it, whose modules begin with the
/// crate's name; those that hold nothing but tests are left out.
fn sources() -> Vec<Source> {
    let mut res = sources_below("src", "");
    for it in fs::read_dir("crates").expect("a folder") {
        let folder = it.expect("an entry").path().to_string_lossy().replace('\\', "/");
        let name = folder.trim_start_matches("crates/");
        res.extend(sources_below(&format!("{folder}/src"), &format!("{name}/")));
    }
    res
}

fn sources_below(folder: &str, prefix: &str) -> Vec<Source> {
    let mut res = Vec::new();
    each_text(Path::new(folder), &mut |path, text| {
        let only_tests = ["/tests.rs", "/tests/", "/sketch.rs"].iter().any(|it| path.contains(it));
        if let (Some(module), false) = (path.strip_suffix(".rs"), only_tests) {
            let module = format!("{prefix}{}", &module[folder.len() + 1..]);
            let tests = ["mod ", "pub(crate) mod ", "pub(super) mod "]
                .map(|it| format!("#[cfg(test)]\n{it}"));
            let end = tests.iter().filter_map(|it| text.find(it)).min().unwrap_or(text.len());
            let code = text[..end].to_owned();
            res.push(Source { module, path: path.to_owned(), code });
        }
    });
    assert!(res.len() > 20, "{folder}: few sources");
    res
}

/// Every text file at or below `path`, in order.
fn each_text(path: &Path, then: &mut dyn FnMut(&str, &str)) {
    if path.is_dir() {
        let entries = fs::read_dir(path).expect("a folder");
        let mut below: Vec<_> = entries.map(|it| it.expect("an entry").path()).collect();
        below.sort();
        for it in &below {
            each_text(it, then);
        }
    } else if let Ok(text) = fs::read_to_string(path) {
        then(&path.to_string_lossy().replace('\\', "/"), &text);
    }
}
