//! What an image and a release are made of.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use crate::harness::Home;

/// What the image's build sees, by the paths that `.dockerignore` lets through.
fn context() -> Vec<PathBuf> {
    let text = fs::read_to_string(".dockerignore").expect("a list");
    let mut lines = text.lines().filter(|it| !it.starts_with('#'));
    assert_eq!(lines.next(), Some("*"), "nothing but what is named");
    let named = lines.map(|it| it.strip_prefix('!').expect("what is named, and nothing else"));
    named.map(PathBuf::from).collect()
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        for it in fs::read_dir(from).expect("a folder") {
            let it = it.expect("an entry");
            copy(&it.path(), &to.join(it.file_name()));
        }
    } else {
        fs::create_dir_all(to.parent().expect("a folder")).expect("room");
        fs::copy(from, to).expect("room");
    }
}

/// A build would take very long; what it fails on at once is a file that is not there.
#[test]
fn the_image_is_built_from_all_that_the_program_needs() {
    let home = Home::empty();
    let context = context();
    for it in &context {
        copy(it, &home.path(&it.to_string_lossy()));
    }
    let cargo = std::env::var_os("CARGO").expect("tests run under it");
    let mut metadata = Command::new(cargo);
    metadata.args(["metadata", "--no-deps", "--locked", "--offline", "--format-version", "1"]);
    let output = metadata.current_dir(home.path(".")).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut n_included = 0;
    for root in ["src", "crates"] {
        each_source(Path::new(root), &mut |path, text| {
            for it in text.split("include").skip(1).filter(|it| it.contains("!(")) {
                let quoted = it.split('"').nth(1).filter(|it| it.starts_with("../"));
                let Some(named) = quoted else { continue };
                let whole = straight(&path.parent().expect("a folder").join(named));
                let there = context.iter().any(|it| whole.starts_with(it));
                assert!(there, "{}: includes {}", path.display(), whole.display());
                n_included += 1;
            }
        });
    }
    assert!(n_included > 3, "{n_included} files are included from elsewhere");
}

fn each_source(folder: &Path, then: &mut dyn FnMut(&Path, &str)) {
    for it in fs::read_dir(folder).expect("a folder") {
        let path = it.expect("an entry").path();
        if path.is_dir() {
            each_source(&path, then);
        } else if path.extension().is_some_and(|it| it == "rs") {
            then(&path, &fs::read_to_string(&path).expect("text"));
        }
    }
}

/// A path without steps back.
fn straight(path: &Path) -> PathBuf {
    let mut res = PathBuf::new();
    for step in path.components() {
        match step {
            Component::ParentDir => assert!(res.pop()),
            step => res.push(step),
        }
    }
    res
}

/// Not a version that cannot compile it, and none that nobody has tried.
#[test]
fn the_image_is_built_by_the_version_of_rust_that_is_named() {
    let manifest = fs::read_to_string("Cargo.toml").expect("a manifest");
    let (_, rest) = manifest.split_once("\nrust-version = \"").expect("a version");
    let version = rest.split('"').next().expect("its end");
    let image = fs::read_to_string("contrib/Dockerfile").expect("a file");
    assert!(image.contains(&format!("\nFROM rust:{version}-alpine AS build\n")), "{version}");
}

#[test]
fn the_image_needs_no_right_and_no_shell() {
    let image = fs::read_to_string("contrib/Dockerfile").expect("a file");
    let (_, last) = image.rsplit_once("\nFROM ").expect("stages");
    assert!(last.starts_with("scratch\n") && last.contains("\nUSER 65532:65532\n"));
    assert!(!last.contains("\nRUN "));
    let pod = fs::read_to_string("contrib/schedules/kubernetes.yaml").expect("a schedule");
    assert!(pod.contains("runAsUser: 65532\n") && pod.contains("fsGroup: 65532\n"));
    for place in ["/etc/retool-audit", "/evidence", "/tmp"] {
        assert!(image.contains(&format!("/image{place}")), "{place}");
        assert!(pod.contains(&format!("mountPath: {place}\n")), "{place}");
    }
}

/// The check before anything is built: the version of the tag, and what the changelog says of it.
#[test]
#[cfg(unix)]
fn a_release_is_of_the_version_that_its_tag_says() {
    let text = fs::read_to_string(".github/workflows/release.yml").expect("a workflow");
    let (_, rest) = text.split_once("changelog speaks of it\n        run: |\n").expect("a step");
    let (script, _) = rest.split_once("\n      - ").expect("its end");
    let checked = |tag: &str, changelog: &str| {
        let home = Home::empty();
        home.write("Cargo.toml", "[package]\nname = \"x\"\nversion = \"1.2.0\"\n");
        home.write("CHANGELOG.md", changelog);
        let mut bash = Command::new("bash");
        bash.args(["-e", "-c", script]).current_dir(home.path(".")).env("GITHUB_REF_NAME", tag);
        let done = bash.output().expect("it runs").status.success();
        done.then(|| home.read("notes.md"))
    };
    let changelog =
        "# Changelog\n\n## Unreleased\n\n- c\n\n## 1.2.0\n\n### Added\n\n- b\n\n## 1.1.0\n\n- a\n";
    assert_eq!(checked("v1.2.0", changelog).as_deref(), Some("\n### Added\n\n- b\n\n"));
    assert_eq!(checked("v1.3.0", changelog), None);
    assert_eq!(checked("v1.2.0", "# Changelog\n\n## Unreleased\n\n- c\n"), None);
    assert_eq!(checked("v1.2.0", "# Changelog\n\n## 1.2.0\n\n## 1.1.0\n\n- a\n"), None);
}

#[test]
fn what_names_a_release_names_this_one() {
    let version = env!("CARGO_PKG_VERSION");
    let mut n_named = 0;
    for path in ["docs/schedule.md", "contrib/schedules/kubernetes.yaml", ".github/SECURITY.md"] {
        let text = fs::read_to_string(path).expect("a file");
        for before in ["retool-audit:", "retool-audit-v"] {
            let after = text.match_indices(before).map(|(at, it)| &text[at + it.len()..]);
            for it in after.filter(|it| it.starts_with(|it: char| it.is_ascii_digit())) {
                assert!(it.starts_with(version), "{path}: {before}{}", &it[..8]);
                n_named += 1;
            }
        }
    }
    assert!(n_named >= 4, "{n_named}");
    let changelog = fs::read_to_string("CHANGELOG.md").expect("a changelog");
    assert!(changelog.contains(&format!("\n## {version} - 20")), "it says nothing of {version}");
}
