//! Where tokens come from when nobody is there: files, mounted secrets, credentials of systemd.

use std::fs;

use crate::harness::{Home, Ran, Server, token};

/// The sample's `cloud`, whose token is where these lines say.
fn cloud(lines: &str) -> (Home, Server) {
    let mut home = Home::sample();
    home.unset("RETOOL_CLOUD_TOKEN");
    home.without_doubts();
    let server = home.serve();
    home.configure(&server, &["cloud"]);
    home.without_documents();
    home.without_cis();
    home.reconfigure("token-env = \"RETOOL_CLOUD_TOKEN\"", lines);
    (home, server)
}

/// What a check says of the token, on one line, and how it ends.
fn told(home: &Home, ran: &Ran) -> String {
    let text = home.steady(&ran.stdout);
    let from_row = text.lines().skip_while(|it| !it.trim_start().starts_with("token"));
    let row = from_row.enumerate().take_while(|(at, it)| *at == 0 || it.starts_with("      "));
    let words: Vec<&str> = row.flat_map(|(_, it)| it.split_whitespace()).collect();
    format!("exit {}: {}", ran.code, words.join(" "))
}

#[test]
fn a_token_is_read_from_a_file_however_it_ends() {
    let (home, _server) = cloud("token-file = \"secret\"");
    for ending in ["", "\n", "\r\n", "\n\n", " \n"] {
        home.write("secret", &format!("{}{ending}", token("cloud")));
        let ran = home.run(&["check"]).expect(0);
        assert_eq!(told(&home, &ran), "exit 0: token found in the file `HOME/secret`");
    }
}

#[test]
fn a_credential_is_read_from_the_folder_that_systemd_names() {
    let (mut home, _server) = cloud("token-credential = \"retool.cloud\"");
    let mut picture = vec![told(&home, &home.run(&["check"]))];
    let folder = home.path("credentials");
    home.set("CREDENTIALS_DIRECTORY", &folder.to_string_lossy());
    picture.push(told(&home, &home.run(&["check"])));
    home.write("credentials/retool.eu", &token("eu"));
    picture.push(told(&home, &home.run(&["check"])));
    home.write("credentials/retool.cloud", "\n");
    picture.push(told(&home, &home.run(&["check"])));
    home.write("credentials/retool.cloud", &format!("{}\n", token("cloud")));
    picture.push(told(&home, &home.run(&["check"])));
    home.set("CREDENTIALS_DIRECTORY", "");
    picture.push(told(&home, &home.run(&["check"])));
    insta::assert_snapshot!(picture.join("\n"), @"
    exit 3: token there is no credential `retool.cloud`: the environment variable `CREDENTIALS_DIRECTORY` is not set; start the program by a unit of systemd that has `LoadCredential=retool.cloud:FILE` check as the unit runs: `docs/schedule.md` has the command
    exit 3: token there is no credential `retool.cloud` in `HOME/credentials`; add `LoadCredential=retool.cloud:FILE` or `SetCredentialEncrypted=retool.cloud:…` to the unit check as the unit runs: `docs/schedule.md` has the command
    exit 3: token there is no credential `retool.cloud` in `HOME/credentials`; add `LoadCredential=retool.cloud:FILE` or `SetCredentialEncrypted=retool.cloud:…` to the unit check as the unit runs: `docs/schedule.md` has the command
    exit 3: token the token is empty: the file `HOME/credentials/retool.cloud` holds none check as the unit runs: `docs/schedule.md` has the command
    exit 0: token found in the credential `retool.cloud`
    exit 3: token there is no credential `retool.cloud`: the environment variable `CREDENTIALS_DIRECTORY` is not set; start the program by a unit of systemd that has `LoadCredential=retool.cloud:FILE` check as the unit runs: `docs/schedule.md` has the command
    ");
}

#[test]
fn a_run_without_its_credential_says_what_the_unit_lacks_and_no_token() {
    let (mut home, _server) = cloud("token-credential = \"retool.cloud\"");
    let folder = home.path("credentials");
    home.set("CREDENTIALS_DIRECTORY", &folder.to_string_lossy());
    home.write("credentials/retool.eu", &token("eu"));
    let ran = home.run(&["run"]);
    assert!(!ran.stderr.contains(&token("eu")));
    insta::assert_snapshot!(ran.complaint(&home), @"
    exit 4
    error: nothing was collected: no instance has a token
      cloud: there is no token: there is no credential `retool.cloud` in `HOME/credentials`; add `LoadCredential=retool.cloud:FILE` or `SetCredentialEncrypted=retool.cloud:…` to the unit
      help: put each instance's API token where its `token-env`, `token-file`, `token-credential` or `token-command` says, and try it with `retool-audit check`
    ");
}

#[test]
fn a_credential_has_a_plain_name_and_a_token_has_one_place() {
    let long = "c".repeat(256);
    let names =
        ["", "../cloud", "/run/secrets/cloud", "a\\b", ".cloud", "cloud:eu", "cloud eu", &long];
    let home = Home::empty();
    let complaint = |lines: &str| {
        let text = "[organization]\nname = \"Acme\"\ndomains = [\"acme.example\"]\n\
                    [[instance]]\nname = \"cloud\"\n";
        home.write("retool-audit.toml", &format!("{text}{lines}\n"));
        home.run(&["check"]).expect(2).complaint(&home)
    };
    let mut told = names.map(|it| complaint(&format!("token-credential = '{it}'"))).to_vec();
    told.dedup();
    told.push(complaint("token-credential = \"cloud\"\ntoken-file = \"token\""));
    told.push(complaint("token-credentials = \"cloud\""));
    insta::assert_snapshot!(told.join("\n"), @"
    exit 2
    error: `retool-audit.toml` has 1 problem
      line 6: instance `cloud`: token-credential is empty
    exit 2
    error: `retool-audit.toml` has 1 problem
      line 6: instance `cloud`: token-credential is not the name of a credential
        help: write the name before the colon in the unit's `LoadCredential=NAME:FILE`: up to 255 letters, digits, `-`, `_`, `.` and `@`, no `.` first; a path is for `token-file`
    exit 2
    error: `retool-audit.toml` has 1 problem
      line 4: instance `cloud` has more than one place for its token
        4 | [[instance]]
          | ^^^^^^^^^^^^
        help: keep one of `token-env`, `token-file`, `token-credential` and `token-command`
    exit 2
    error: `retool-audit.toml` has 2 problems
      line 4: instance `cloud` says nowhere where its token is
        4 | [[instance]]
          | ^^^^^^^^^^^^
        help: add `token-env`, `token-file`, `token-credential` or `token-command`
      line 6: instance `cloud`: token-credentials is not a key
        help: did you mean `token-credential`?
    ");
}

/// As Kubernetes mounts secrets and other volumes: links to files in a folder that is replaced
/// whole, by a link of its own.
#[cfg(unix)]
mod mounted {
    use std::os::unix::fs::symlink;
    use std::path::Path;

    use super::*;

    /// Puts these files behind the two links.
    fn mount(volume: &Path, version: &str, files: &[(&str, String)]) {
        fs::create_dir_all(volume.join(version)).expect("room");
        for (name, text) in files {
            fs::write(volume.join(version).join(name), text).expect("room");
            symlink(Path::new("..data").join(name), volume.join(name)).ok();
        }
        symlink(version, volume.join("..data_tmp")).expect("room");
        fs::rename(volume.join("..data_tmp"), volume.join("..data")).expect("room");
    }

    #[test]
    fn a_secret_of_kubernetes_is_followed_to_its_present_version() {
        let (home, _server) = cloud("token-file = \"secrets/cloud\"");
        let secret = |it: &str| [("cloud", it.to_owned())];
        mount(&home.path("secrets"), "..2026_10_01", &secret("retool_an_old_one\n"));
        home.run(&["check"]).expect(3);
        mount(&home.path("secrets"), "..2026_11_01", &secret(&format!("{}\n", token("cloud"))));
        let ran = home.run(&["check"]).expect(0);
        assert_eq!(told(&home, &ran), "exit 0: token found in the file `HOME/secrets/cloud`");
        fs::remove_dir_all(home.path("secrets/..2026_11_01")).expect("it was there");
        let ran = home.run(&["check"]).expect(3);
        assert!(told(&home, &ran).contains("cannot read the token file `HOME/secrets/cloud`"));
    }

    /// Everything that a pod gets is mounted, and only the evidence folder can be written to.
    #[test]
    fn a_run_takes_every_input_from_mounted_volumes() {
        let (home, _server) = cloud("token-file = \"secrets/cloud\"");
        let out = home.path("volume");
        home.reconfigure("dir = \"evidence\"", &format!("dir = '{}'", out.display()));
        home.reconfigure("secrets/cloud", &home.path("secrets/cloud").to_string_lossy());
        mount(&home.path("secrets"), "..2026_11_01", &[("cloud", token("cloud"))]);
        let names = ["retool-audit.toml", "roster.csv", "waivers.toml", "approvals.csv"];
        let inputs = [&names[..], &["baseline.csv"]].concat();
        let inputs: Vec<_> = inputs.into_iter().map(|it| (it, home.read(it))).collect();
        mount(&home.path("inputs"), "..2026_11_01", &inputs);
        let logo = home.path("logo.png");
        fs::rename(logo, home.path("inputs/logo.png")).expect("it was there");
        let rules = fs::read_dir(home.path("rules")).expect("rules").map(|it| {
            let name = it.expect("an entry").file_name().to_string_lossy().into_owned();
            let text = home.read(&format!("rules/{name}"));
            (name, text)
        });
        let rules: Vec<_> = rules.collect();
        let rules: Vec<_> = rules.iter().map(|it| (it.0.as_str(), it.1.clone())).collect();
        mount(&home.path("inputs/rules"), "..2026_11_01", &rules);
        let ran = home.run(&["run", "--config", "inputs/retool-audit.toml"]).expect(0);
        let pack = home.pack(&ran);
        assert!(pack.dir.starts_with(&out), "{}", pack.dir.display());
        for (name, text) in &inputs {
            assert_eq!(pack.text(&format!("inputs/{name}")), *text, "{name}");
        }
    }
}
