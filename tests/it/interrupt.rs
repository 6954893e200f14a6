//! What happens when the user stops a run, or starts a second one beside it.

use std::fs;
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::harness::{Home, Ran};

/// A server that takes a connection and never says anything.
pub(crate) fn silent(home: &Home) -> TcpListener {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    home.write(
        "retool-audit.toml",
        &format!(
            "[organization]\nname = \"Acme\"\ndomains = [\"acme.test\"]\n\
             [[instance]]\nname = \"prod\"\nurl = \"http://{address}\"\ntoken-file = \"token\"\n\
             [output]\ndir = \"out\"\n"
        ),
    );
    home.write("token", "a token");
    listener
}

#[test]
fn a_run_that_waits_keeps_others_out_and_ends_at_a_signal() {
    if cfg!(unix) {
        ends_at("SIGINT", 130);
        ends_at("SIGTERM", 143);
    }
}

fn ends_at(signal: &str, code: i32) {
    let home = Home::empty();
    let listener = silent(&home);
    let first = home.start(&["run"], Stdio::piped());
    let _connection = listener.accept().expect("the first run asks");

    let second = home.run(&["run"]).expect(4);
    assert_eq!(
        second.complaint(&home).trim(),
        "exit 4\nerror: another run is writing to `HOME/out`\n  \
         help: wait for it to end, or choose another folder with `--out DIR`"
    );

    let pressed = Instant::now();
    let kill = Command::new("kill").args(["-s", &signal[3..], &first.id().to_string()]).status();
    assert!(kill.expect("kill").success());
    let first = Ran::wait(first).expect(code);
    assert!(pressed.elapsed().as_secs() < 10, "it ends at once");
    assert_eq!(
        first.complaint(&home).trim(),
        format!(
            "exit {code}\nerror: stopped by {signal} while instances were asked; what came of them was \
             removed, and there is no new snapshot\n  help: run again"
        )
    );
    let left: Vec<_> = fs::read_dir(home.path("out")).expect("a folder").flatten().collect();
    let names = left.iter().map(|it| it.file_name().to_string_lossy().into_owned());
    let kept = [".fingerprint-key", ".retool-audit.lock"];
    assert!(names.clone().all(|name| kept.contains(&&*name)), "{left:?}");
}
