//! A server that behaves as no HTTP library would let it, with or without TLS.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// What is done to a client once its request has come.
#[derive(Clone, Copy)]
pub(crate) enum Deed {
    /// A text is sent, and the connection is closed in order.
    Say(&'static str),
    /// A text is sent, and the connection is reset.
    Reset(&'static str),
    /// A text is sent, then another again and again.
    Forever(&'static str, &'static str),
    /// A text is sent, then nothing more.
    Hang(&'static str),
}

/// A server on loopback that ends when it is dropped.
pub(crate) struct Rogue {
    address: SocketAddr,
    serving: JoinHandle<()>,
    /// Its certificate, as PEM, where it speaks TLS.
    pub(crate) certificate: Option<String>,
}

impl Rogue {
    pub(crate) async fn start(deed: Deed) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let reset = matches!(deed, Deed::Reset(_));
                    let stream = treat(stream, deed).await;
                    if reset && let Some(it) = stream {
                        it.set_zero_linger().expect("a socket");
                    }
                });
            }
        });
        Self { address, serving, certificate: None }
    }

    /// The same behind a certificate that it signed itself.
    pub(crate) async fn start_tls(deed: Deed) -> Self {
        Self::start_tls_as(deed, &["localhost", "127.0.0.1"], (2020, 2090)).await
    }

    /// The same with a certificate for these names, from the first of these years to the last.
    pub(crate) async fn start_tls_as(deed: Deed, names: &[&str], years: (i32, i32)) -> Self {
        let (config, certificate) = tls_as(names, years);
        let acceptor = TlsAcceptor::from(config);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    // A client that does not trust us hangs up.
                    if let Ok(it) = acceptor.accept(stream).await {
                        treat(it, deed).await;
                    }
                });
            }
        });
        Self { address, serving, certificate: Some(certificate) }
    }

    pub(crate) fn url(&self) -> String {
        let scheme = if self.certificate.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }
}

/// What a server needs that speaks TLS, and its certificate as PEM: for these names, from the first of
/// these years to the last, and signed by nobody else.
pub(crate) fn tls_as(names: &[&str], years: (i32, i32)) -> (Arc<ServerConfig>, String) {
    let names: Vec<String> = names.iter().map(|it| (*it).to_owned()).collect();
    let mut wanted = CertificateParams::new(names).expect("names");
    wanted.not_before = date_time_ymd(years.0, 1, 1);
    wanted.not_after = date_time_ymd(years.1, 1, 1);
    let signing_key = KeyPair::generate().expect("a key");
    let cert = wanted.self_signed(&signing_key).expect("a certificate");
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .expect("a certificate");
    (Arc::new(config), cert.pem())
}

impl Drop for Rogue {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Gives the stream back where the client has not hung up.
async fn treat<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, deed: Deed) -> Option<S> {
    stream.read(&mut [0; 4096]).await.ok().filter(|it| *it > 0)?;
    let (Deed::Say(first) | Deed::Reset(first) | Deed::Forever(first, _) | Deed::Hang(first)) =
        deed;
    stream.write_all(first.as_bytes()).await.ok()?;
    stream.flush().await.ok()?;
    match deed {
        Deed::Say(_) => stream.shutdown().await.ok()?,
        // The client must have read what came before.
        Deed::Reset(_) => tokio::time::sleep(Duration::from_millis(5)).await,
        Deed::Forever(_, rest) => while stream.write_all(rest.as_bytes()).await.is_ok() {},
        Deed::Hang(_) => std::future::pending().await,
    }
    Some(stream)
}
