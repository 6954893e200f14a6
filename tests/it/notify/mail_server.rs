//! A mail server on this machine that writes down what it is told.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::collect::rogue::tls_as;

/// How a server behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// As it should.
    Sound,
    /// It offers no TLS.
    Open,
    /// It takes no password, and repeats it.
    Unwilling,
    /// It takes no recipient.
    Unknown,
    /// It is busy.
    Busy,
    /// It says no protocol.
    Page,
    /// It ends the conversation when the mail comes.
    HangUp,
}

/// What a server was told in one conversation.
#[derive(Clone, Debug, Default)]
pub(super) struct Conversation {
    /// Every command, in order; those behind TLS begin with `TLS `.
    pub(super) commands: Vec<String>,
    /// The mail; empty where none was sent.
    pub(super) letter: String,
}

/// The server; it serves until the test ends.
pub(super) struct MailServer {
    pub(super) port: u16,
    /// Its certificate, as PEM.
    pub(super) certificate: String,
    held: Arc<Mutex<Vec<Conversation>>>,
}

trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

impl MailServer {
    /// One that begins TLS where it is asked to, or from the first byte.
    pub(super) fn start(manner: Manner, wrapped: bool) -> Self {
        let (config, certificate) = tls_as(&["localhost"], (2020, 2090));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let held = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&held);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, config) = (stream.expect("a connection"), Arc::clone(&config));
                let noted = Arc::clone(&noted);
                thread::spawn(move || {
                    let mut conversation = Conversation::default();
                    converse(
                        stream,
                        manner,
                        wrapped.then_some(&config),
                        &config,
                        &mut conversation,
                    );
                    noted.lock().expect("no test panicked").push(conversation);
                });
            }
        });
        Self { port, certificate, held }
    }

    /// The last conversation, once it is over.
    pub(super) fn last(&self) -> Conversation {
        for _ in 0..10_000 {
            if let Some(it) = self.held.lock().expect("no test panicked").pop() {
                return it;
            }
            thread::yield_now();
            thread::sleep(std::time::Duration::from_millis(1));
        }
        panic!("nobody spoke to the server");
    }
}

fn secured(stream: TcpStream, config: &Arc<ServerConfig>) -> Box<dyn Stream> {
    let connection = ServerConnection::new(Arc::clone(config)).expect("a configuration");
    Box::new(StreamOwned::new(connection, stream))
}

/// Holds a conversation; whoever hangs up ends it.
fn converse(
    stream: TcpStream,
    manner: Manner,
    wrapped: Option<&Arc<ServerConfig>>,
    config: &Arc<ServerConfig>,
    conversation: &mut Conversation,
) {
    let mut second = stream.try_clone().ok();
    let mut is_secured = wrapped.is_some();
    let plain: Box<dyn Stream> = match wrapped {
        Some(it) => secured(stream, it),
        None => Box::new(stream),
    };
    let mut stream = BufReader::new(plain);
    let mut answer = match manner {
        Manner::Page => "HTTP/1.1 400 Bad Request\r\n".to_owned(),
        Manner::Busy => "421 4.3.2 too busy\r\n".to_owned(),
        _ => "220 mail.test\r\n".to_owned(),
    };
    let mut line = String::new();
    while say(&mut stream, &answer).is_some() && stream.read_line(&mut line).is_ok_and(|it| it > 0)
    {
        let command = line.trim_end().to_owned();
        line.clear();
        let mark = if is_secured { "TLS " } else { "" };
        conversation.commands.push(format!("{mark}{command}"));
        let word = command.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        match &*word {
            "STARTTLS" => {
                say(&mut stream, "220 go on\r\n");
                let Some(socket) = second.take() else { return };
                stream = BufReader::new(secured(socket, config));
                is_secured = true;
                answer.clear();
            }
            "DATA" if manner == Manner::HangUp => return,
            "DATA" => {
                say(&mut stream, "354 go on\r\n");
                conversation.letter = letter(&mut stream);
                "250 2.0.0 taken\r\n".clone_into(&mut answer);
            }
            word => answer = answer_to(word, &command, manner, is_secured),
        }
    }
}

/// What a server says to a command that needs no more than an answer.
fn answer_to(word: &str, command: &str, manner: Manner, is_secured: bool) -> String {
    match word {
        "EHLO" => {
            let tls = manner != Manner::Open && !is_secured;
            let tls = if tls { "250-STARTTLS\r\n" } else { "" };
            format!("250-mail.test\r\n{tls}250-AUTH PLAIN LOGIN\r\n250 SMTPUTF8\r\n")
        }
        "AUTH" if manner == Manner::Unwilling => {
            let secret = command.rsplit(' ').next().unwrap_or_default();
            format!("535-5.7.8 not you\r\n535 5.7.8 {secret}\r\n")
        }
        "AUTH" => "235 2.7.0 fine\r\n".to_owned(),
        "RCPT" if manner == Manner::Unknown => "550 5.1.1 nobody\r\n".to_owned(),
        _ => "250 2.0.0 fine\r\n".to_owned(),
    }
}

/// A mail up to the dot at its end.
fn letter(stream: &mut BufReader<Box<dyn Stream>>) -> String {
    let (mut res, mut line) = (String::new(), String::new());
    while stream.read_line(&mut line).is_ok_and(|it| it > 0) && line != ".\r\n" {
        res.push_str(&line);
        line.clear();
    }
    res
}

fn say(stream: &mut BufReader<Box<dyn Stream>>, text: &str) -> Option<()> {
    let sink = stream.get_mut();
    sink.write_all(text.as_bytes()).and_then(|()| sink.flush()).ok()
}
