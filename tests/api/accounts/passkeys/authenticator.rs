//! An authenticator in software, with the browser before it: makes a passkey and answers with it (WebAuthn 3, 6 and 7).
//! What it says can be changed, as an attacker would.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

/// A device with one passkey.
pub struct Authenticator {
    /// The page that asks, as the browser sees it.
    pub origin: String,
    /// The site that the passkey is for.
    pub site: String,
    /// How often it has been used, as it tells; 0 for one that does not count.
    pub count: u32,
    /// Was it unlocked by its holder?
    pub verified: bool,
    /// Whose passkey it says it is.
    pub user: Vec<u8>,
    pub handle: Vec<u8>,
    key: EcdsaKeyPair,
}

impl Authenticator {
    pub fn new() -> Self {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let key = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
        let key = EcdsaKeyPair::from_pkcs8(algorithm, key.as_ref(), &random).expect("a key");
        Self {
            origin: "https://geo.example".to_owned(),
            site: "geo.example".to_owned(),
            count: 1,
            verified: true,
            user: Vec::new(),
            handle: Sha256::digest(key.public_key().as_ref()).to_vec(),
            key,
        }
    }

    /// Makes the passkey that is asked for.
    pub fn make(&mut self, question: &Json) -> Json {
        let asked = &question["publicKey"];
        self.user = URL_SAFE_NO_PAD.decode(asked["user"]["id"].as_str().expect("a user")).expect("base64url");
        let client = self.client_data("webauthn.create", asked);
        let mut data = self.data(0x41);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.handle.len()).expect("a short handle").to_be_bytes());
        data.extend(&self.handle);
        data.extend(self.public_key());
        // { "fmt": "none", "attStmt": {}, "authData": … } in CBOR.
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).expect("short data"));
        object.extend(&data);
        json!({
            "id": URL_SAFE_NO_PAD.encode(&self.handle), "rawId": URL_SAFE_NO_PAD.encode(&self.handle),
            "type": "public-key", "clientExtensionResults": {}, "authenticatorAttachment": "platform",
            "response": {
                "attestationObject": URL_SAFE_NO_PAD.encode(&object), "clientDataJSON": URL_SAFE_NO_PAD.encode(&client),
                "transports": ["internal"], "publicKeyAlgorithm": -7,
            },
        })
    }

    /// Answers a question with the passkey.
    pub fn show(&self, question: &Json) -> Json {
        let client = self.client_data("webauthn.get", &question["publicKey"]);
        let data = self.data(0x01);
        let signed = [data.as_slice(), Sha256::digest(&client).as_slice()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).expect("a signature");
        json!({
            "id": URL_SAFE_NO_PAD.encode(&self.handle), "rawId": URL_SAFE_NO_PAD.encode(&self.handle),
            "type": "public-key", "clientExtensionResults": {},
            "response": {
                "authenticatorData": URL_SAFE_NO_PAD.encode(&data), "clientDataJSON": URL_SAFE_NO_PAD.encode(&client),
                "signature": URL_SAFE_NO_PAD.encode(signature.as_ref()),
                "userHandle": URL_SAFE_NO_PAD.encode(&self.user),
            },
        })
    }

    fn client_data(&self, kind: &str, asked: &Json) -> Vec<u8> {
        let told =
            json!({ "type": kind, "challenge": asked["challenge"], "origin": self.origin, "crossOrigin": false });
        told.to_string().into_bytes()
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let mut data = Sha256::digest(&self.site).to_vec();
        data.push(if self.verified { flags | 0x04 } else { flags });
        data.extend(self.count.to_be_bytes());
        data
    }

    /// The public key as COSE has it (RFC 9053, 7.1.1): ES256 on P-256.
    fn public_key(&self) -> Vec<u8> {
        let point = self.key.public_key().as_ref();
        let (x, y) = (&point[1..33], &point[33..65]);
        [b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20".as_slice(), x, b"\x22\x58\x20", y].concat()
    }
}
