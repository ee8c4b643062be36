//! A small provider of OpenID Connect that does what real ones do not: it lies, changes keys, goes away.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub const CLIENT: &str = "geokontor";
pub const SECRET: &str = "not for anybody's eyes";

/// How an ID token is signed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Signature {
    Sound,
    /// By a key that the provider publishes under another name.
    OfAnother,
    /// After the claims were changed.
    Broken,
    None,
    /// HS256 with a text as the key.
    Shared(&'static str),
}

/// What is to be done, and what was asked.
pub struct Script {
    pub signature: Signature,
    /// In place of claims that would be right; null takes one away.
    pub claims: Value,
    pub user_info: Option<Value>,
    /// In place of what would be right in what it says about itself.
    pub metadata: Value,
    pub is_down: bool,
    /// Bytes put before what it says about itself.
    pub padding: usize,
    /// The name of the key that signs.
    pub key: String,
    /// Are keys published under that name?
    pub publishes: bool,
    pub keys_asked: usize,
    pub discovered: usize,
    granted: Option<Grant>,
}

/// A code that was handed out.
struct Grant {
    nonce: String,
    challenge: String,
    back: String,
    now: i64,
}

#[derive(Clone)]
pub struct Provider {
    address: SocketAddr,
    script: Arc<Mutex<Script>>,
    keys: Arc<[EcdsaKeyPair; 2]>,
}

/// A browser's way to the provider, as it stands in the address.
pub struct Asked(pub Vec<(String, String)>);

impl Asked {
    pub fn of(location: &str) -> Self {
        let (_, query) = location.split_once('?').expect("a query");
        Self::parsed(query)
    }

    fn parsed(query: &str) -> Self {
        Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
}

impl Provider {
    pub async fn open() -> Self {
        let random = SystemRandom::new();
        let key = || {
            let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("a key");
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).expect("a key")
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let script = Script {
            signature: Signature::Sound,
            claims: json!({}),
            user_info: Some(json!({ "sub": "ina" })),
            metadata: json!({}),
            is_down: false,
            padding: 0,
            key: "first".to_owned(),
            publishes: true,
            keys_asked: 0,
            discovered: 0,
            granted: None,
        };
        let provider = Self {
            address: listener.local_addr().expect("an address"),
            script: Arc::new(Mutex::new(script)),
            keys: Arc::new([key(), key()]),
        };
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/me", get(me))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        provider
    }

    pub fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on its tokens hold these claims and are signed like this.
    pub fn says(&self, signature: Signature, claims: &Value) {
        let mut script = self.script();
        (script.signature, script.claims) = (signature, claims.clone());
    }

    /// The file that declares it.
    pub fn declared_in(&self, folder: &Path, more: &str) -> std::path::PathBuf {
        std::fs::write(folder.join("secret"), SECRET).expect("a secret");
        let path = folder.join("openid.toml");
        let text = format!(
            "[[provider]]\nname = 'kreis'\nlabel = {{ de = 'Kreis-Anmeldung', en = 'district account' }}\n\
             issuer = '{}'\nclient_id = '{CLIENT}'\nclient_secret_file = 'secret'\n{more}",
            self.issuer()
        );
        std::fs::write(&path, text).expect("a file");
        path
    }

    /// Somebody signs in here: what stands in the address by which their browser goes back.
    pub fn approve(&self, location: &str, now: i64) -> Value {
        let asked = Asked::of(location);
        let get = |name| asked.get(name).to_owned();
        let grant = Grant { nonce: get("nonce"), challenge: get("code_challenge"), back: get("redirect_uri"), now };
        self.script().granted = Some(grant);
        json!({ "code": "a code", "state": asked.get("state"), "iss": self.issuer() })
    }

    fn is_down(&self) -> bool {
        self.script().is_down
    }

    fn signed(&self, claims: &Value, script: &Script) -> String {
        let algorithm = match script.signature {
            Signature::None => "none",
            Signature::Shared(_) => "HS256",
            _ => "ES256",
        };
        let written = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = json!({ "alg": algorithm, "kid": script.key, "typ": "JWT" });
        let body = format!("{}.{}", written(&header), written(claims));
        let by = |key: &EcdsaKeyPair| {
            let signature = key.sign(&SystemRandom::new(), body.as_bytes()).expect("a signature");
            format!("{body}.{}", URL_SAFE_NO_PAD.encode(signature))
        };
        match script.signature {
            Signature::Sound => by(&self.keys[0]),
            Signature::OfAnother => by(&self.keys[1]),
            Signature::Broken => {
                let mut changed = claims.clone();
                changed["sub"] = json!("somebody else");
                let sound = by(&self.keys[0]);
                let signature = sound.rsplit('.').next().expect("a signature");
                format!("{}.{}.{signature}", written(&header), written(&changed))
            }
            Signature::None => format!("{body}."),
            Signature::Shared(secret) => {
                let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key of any length");
                mac.update(body.as_bytes());
                format!("{body}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
            }
        }
    }
}

fn down() -> Response {
    (StatusCode::BAD_GATEWAY, "the proxy in front of it is all there is").into_response()
}

async fn metadata(State(provider): State<Provider>) -> Response {
    if provider.is_down() {
        return down();
    }
    let issuer = provider.issuer();
    let mut script = provider.script();
    script.discovered += 1;
    let mut told = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/me"),
        "jwks_uri": format!("{issuer}/keys"),
        "end_session_endpoint": format!("{issuer}/logout?keep=1"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
        "authorization_response_iss_parameter_supported": true,
    });
    merge(&mut told, &script.metadata);
    if script.padding > 0 {
        told["padding"] = json!("x".repeat(script.padding));
    }
    Json(told).into_response()
}

async fn keys(State(provider): State<Provider>) -> Response {
    let mut script = provider.script();
    script.keys_asked += 1;
    let jwk = |key: &EcdsaKeyPair, name: &str| {
        let point = key.public_key().as_ref();
        let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..]));
        json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": name, "x": x, "y": y })
    };
    let name = if script.publishes { script.key.as_str() } else { "retired" };
    Json(json!({ "keys": [jwk(&provider.keys[0], name), jwk(&provider.keys[1], "other")] })).into_response()
}

/// As RFC 6749 and RFC 7636 have it: client, code, address and verifier must fit.
async fn token(State(provider): State<Provider>, headers: HeaderMap, body: String) -> Response {
    if provider.is_down() {
        return down();
    }
    let issuer = provider.issuer();
    let mut script = provider.script();
    let sent = Asked::parsed(&body);
    let sent = |name: &str| sent.get(name).to_owned();
    let secret = form_urlencoded::byte_serialize(SECRET.as_bytes()).collect::<String>();
    let basic = format!("Basic {}", STANDARD.encode(format!("{CLIENT}:{secret}")));
    let grant = script.granted.take();
    let fits = grant.filter(|grant| {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(sent("code_verifier")));
        headers.get(header::AUTHORIZATION).is_some_and(|given| given.as_bytes() == basic.as_bytes())
            && sent("grant_type") == "authorization_code"
            && sent("code") == "a code"
            && sent("redirect_uri") == grant.back
            && challenge == grant.challenge
    });
    let Some(grant) = fits else {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response();
    };
    let mut claims = json!({
        "iss": issuer, "sub": "ina", "aud": CLIENT, "nonce": grant.nonce, "iat": grant.now, "exp": grant.now + 300,
        "name": "Ina Moor", "email": "ina.moor@kreis.example", "email_verified": true,
    });
    merge(&mut claims, &script.claims);
    let token = provider.signed(&claims, &script);
    Json(json!({ "access_token": "an access token", "token_type": "Bearer", "id_token": token })).into_response()
}

async fn me(State(provider): State<Provider>, headers: HeaderMap) -> Response {
    let is_ours = headers.get(header::AUTHORIZATION).is_some_and(|given| given == "Bearer an access token");
    match provider.script().user_info.clone().filter(|_| is_ours) {
        Some(claims) => Json(claims).into_response(),
        None => (StatusCode::UNAUTHORIZED, Body::empty()).into_response(),
    }
}

fn merge(into: &mut Value, from: &Value) {
    for (name, value) in from.as_object().expect("an object") {
        match value {
            Value::Null => drop(into.as_object_mut().expect("an object").remove(name)),
            value => into[name] = value.clone(),
        }
    }
}
