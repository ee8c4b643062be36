//! A provider of OpenID Connect: what it says about itself and its keys, where browsers are sent, and what a code is worth.
//!
//! After OpenID Connect Core 1.0 (authorization code flow, 3.1), Discovery 1.0, RFC 7636 (PKCE), RFC 9207 (who has answered) and
//! RP-Initiated Logout 1.0. Signatures and claims of ID tokens are checked by the crate `openidconnect`; here is what it leaves to
//! its callers. Nothing is asked before somebody wants to sign in: a server starts while a provider is away.

use std::error::Error;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClaimName, CoreClaimType, CoreClientAuthMethod,
    CoreErrorResponseType, CoreGenderClaim, CoreGrantType, CoreJsonWebKey, CoreJsonWebKeySet,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm, CoreResponseMode,
    CoreResponseType, CoreRevocableToken, CoreRevocationErrorResponse, CoreSubjectIdentifierType,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::url::Url;
use openidconnect::{
    AdditionalClaims, AdditionalProviderMetadata, AuthType, AuthenticationContextClass, AuthorizationCode,
    ClaimsVerificationError, Client, ClientId, CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, IdToken, IdTokenClaims, IdTokenFields, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, ProviderMetadata, RedirectUrl, RequestTokenError, Scope, SignatureVerificationError,
    StandardErrorResponse, StandardTokenResponse, UserInfoClaims, UserInfoError,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use tokio::sync::Mutex;

use super::claims::Claims;
use super::declaration::{Declared, is_secure};
use super::web::Web;
use crate::identity::Bits;

/// How long what a provider says about itself is taken for true.
const FRESH: TimeDelta = TimeDelta::hours(1);
/// Between two looks for keys that were not known: whoever sends invented ones makes us ask no oftener.
const BETWEEN_KEYS: TimeDelta = TimeDelta::minutes(1);
/// How long nobody tries again after the provider did not answer.
const BETWEEN_FAILURES: TimeDelta = TimeDelta::seconds(5);
/// Characters of what a provider says that are logged.
const MOST_LOGGED: usize = 400;

/// Signatures that are taken. Those with a shared secret are not: the secret is known to more than one, and the client's id to all.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// What providers say beside what Discovery 1.0 names.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct More {
    /// RP-Initiated Logout 1.0, 2.1.
    end_session_endpoint: Option<Url>,
    /// RFC 9207, 3.
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for More {}

/// Claims beside the standard ones.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Others {
    #[serde(flatten)]
    all: Map<String, Json>,
}

impl AdditionalClaims for Others {}

type Metadata = ProviderMetadata<
    More,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

type TokenFields = IdTokenFields<
    Others,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

type Token = IdToken<Others, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

/// The client of a provider that has been discovered.
type Known = Client<
    Others,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<TokenFields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Why a provider was of no use.
#[derive(Debug, thiserror::Error)]
pub enum ProviderFault {
    /// It does not answer, or nothing that can be understood.
    #[error("the provider is not reachable: {0}")]
    Unreachable(String),
    /// It has answered, and what it says is not to be believed, or it takes the code of nobody.
    #[error("the provider's answer is not taken: {0}")]
    Unproven(String),
}

/// A provider.
#[derive(Debug)]
pub struct Provider {
    pub declared: Declared,
    web: Web,
    /// Held while it is asked: whoever comes meanwhile waits for the same answer.
    learnt: Mutex<Learnt>,
}

/// What is known of it.
#[derive(Debug, Default)]
struct Learnt {
    metadata: Option<(Arc<Metadata>, DateTime<Utc>)>,
    keys_at: Option<DateTime<Utc>>,
    failed: Option<(String, DateTime<Utc>)>,
}

/// What a browser was sent away with, derived from the secret in its cookie: none of it is kept by the server.
#[derive(Debug)]
pub struct Attempt {
    pub state: Bits,
    nonce: Bits,
    verifier: Bits,
}

impl Attempt {
    /// Of a browser's secret.
    pub fn of(bits: &Bits) -> Self {
        Self { state: bits.derive("state"), nonce: bits.derive("nonce"), verifier: bits.derive("verifier") }
    }

    fn nonce(&self) -> Nonce {
        Nonce::new(self.nonce.reveal())
    }

    fn verifier(&self) -> PkceCodeVerifier {
        PkceCodeVerifier::new(self.verifier.reveal())
    }
}

impl Provider {
    /// A provider of which nothing is known yet.
    pub fn new(declared: Declared, web: Web) -> Self {
        Self { declared, web, learnt: Mutex::default() }
    }

    /// Where a browser is sent to sign in.
    ///
    /// # Errors
    /// If the provider is not reachable.
    pub async fn way_out(
        &self,
        attempt: &Attempt,
        back: &RedirectUrl,
        now: DateTime<Utc>,
    ) -> Result<Url, ProviderFault> {
        let metadata = self.metadata(now).await?;
        let client = self.client(&metadata, back);
        let (state, nonce) = (CsrfToken::new(attempt.state.reveal()), attempt.nonce());
        let mut request = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, move || state.clone(), move || nonce.clone())
            .add_scopes(self.declared.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&attempt.verifier()));
        for class in &self.declared.second_factor.acr {
            request = request.add_auth_context_value(AuthenticationContextClass::new(class.clone()));
        }
        Ok(request.url().0)
    }

    /// Is this the provider that has answered (RFC 9207)? Whoever says so always must say it.
    ///
    /// # Errors
    /// If it is another, or not reachable.
    pub async fn check_issuer(&self, issuer: Option<&str>, now: DateTime<Utc>) -> Result<(), ProviderFault> {
        let metadata = self.metadata(now).await?;
        match issuer {
            Some(issuer) if issuer == metadata.issuer().as_str() => Ok(()),
            None if !metadata.additional_metadata().authorization_response_iss_parameter_supported => Ok(()),
            _ => Err(ProviderFault::Unproven(format!("another issuer has answered: {}", shown(&issuer)))),
        }
    }

    /// What a code says of its holder, once all of it has been checked.
    ///
    /// # Errors
    /// If the provider is not reachable, does not take the code, or its answer is not to be believed.
    pub async fn redeem(
        &self,
        code: String,
        attempt: &Attempt,
        back: &RedirectUrl,
        now: DateTime<Utc>,
    ) -> Result<Claims, ProviderFault> {
        let metadata = self.metadata(now).await?;
        let client = self.client(&metadata, back);
        let request = client.exchange_code(AuthorizationCode::new(code)).map_err(|error| unreachable(&error))?;
        let answer = request.set_pkce_verifier(attempt.verifier()).request_async(&self.web).await;
        let answer = answer.map_err(|error| match error {
            RequestTokenError::Request(error) => unreachable(&error),
            // What was answered may hold tokens, and is not logged.
            RequestTokenError::Parse(error, _) => ProviderFault::Unproven(causes(&error)),
            error => ProviderFault::Unproven(causes(&error)),
        })?;
        let token = answer.extra_fields().id_token();
        let token = token.ok_or_else(|| ProviderFault::Unproven("there is no ID token in it".to_owned()))?;
        let verified = match self.verified(&client, token, attempt, now) {
            Err(fault) if is_unknown_key(&fault) => match self.new_keys(now).await? {
                Some(metadata) => self.verified(&self.client(&metadata, back), token, attempt, now),
                None => Err(fault),
            },
            verified => verified,
        };
        let verified = verified.map_err(|fault| ProviderFault::Unproven(causes(&fault)))?;
        let mut claims = Claims::of(&verified);
        let names = &self.declared.claims;
        let mut wanted: Vec<&str> = vec![&names.subject, &names.mail, &names.name];
        wanted.extend(self.declared.memberships.iter().map(|rule| rule.claim.as_str()));
        if client.user_info_url().is_some() && claims.lacks(&wanted) {
            let subject = verified.subject().clone();
            let request = client.user_info(answer.access_token().clone(), Some(subject));
            let request = request.map_err(|error| unreachable(&error))?;
            let more: Result<UserInfoClaims<Others, CoreGenderClaim>, _> = request.request_async(&self.web).await;
            claims.take(&more.map_err(user_info_fault)?, &names.mail);
        }
        Ok(claims)
    }

    /// Where a browser is sent to sign out; `None` where the provider offers it not, or is not to be asked.
    ///
    /// # Errors
    /// If the provider is not reachable.
    pub async fn way_to_sign_out(&self, back: &str, now: DateTime<Utc>) -> Result<Option<Url>, ProviderFault> {
        if !self.declared.sign_out {
            return Ok(None);
        }
        let metadata = self.metadata(now).await?;
        let door = metadata.additional_metadata().end_session_endpoint.clone().filter(is_secure);
        Ok(door.map(|mut door| {
            // No ID token as a hint: it would have to be kept, and holds what is known of the person.
            door.query_pairs_mut()
                .append_pair("client_id", &self.declared.client_id)
                .append_pair("post_logout_redirect_uri", back);
            door
        }))
    }

    fn client(&self, metadata: &Metadata, back: &RedirectUrl) -> Known {
        let (id, secret) = (ClientId::new(self.declared.client_id.clone()), self.declared.client_secret.clone());
        let client = Client::from_provider_metadata(metadata.clone(), id, secret).set_redirect_uri(back.clone());
        let methods = metadata.token_endpoint_auth_methods_supported();
        let takes = |method| methods.is_none_or(|methods| methods.contains(&method));
        // Where nothing is said it is this one (Discovery 1.0, 3).
        let basic = takes(CoreClientAuthMethod::ClientSecretBasic) || !takes(CoreClientAuthMethod::ClientSecretPost);
        client.set_auth_type(if basic { AuthType::BasicAuth } else { AuthType::RequestBody })
    }

    /// The claims of an ID token after all checks of OpenID Connect Core 1.0, 3.1.3.7.
    fn verified(
        &self,
        client: &Known,
        token: &Token,
        attempt: &Attempt,
        now: DateTime<Utc>,
    ) -> Result<IdTokenClaims<Others, CoreGenderClaim>, ClaimsVerificationError> {
        let verifier = client.id_token_verifier().set_allowed_algs(SIGNATURES).set_time_fn(move || now);
        let claims = token.claims(&verifier, &attempt.nonce())?;
        // The crate leaves this one out: a token that was made for somebody else is not ours.
        match claims.authorized_party() {
            Some(party) if party.as_str() != self.declared.client_id => {
                Err(ClaimsVerificationError::InvalidAudience("it was made for another client (azp)".to_owned()))
            }
            _ => Ok(claims.clone()),
        }
    }

    /// What the provider says about itself.
    async fn metadata(&self, now: DateTime<Utc>) -> Result<Arc<Metadata>, ProviderFault> {
        let mut learnt = self.learnt.lock().await;
        let known = match &learnt.metadata {
            Some((metadata, at)) if now - *at < FRESH => return Ok(metadata.clone()),
            known => known.as_ref().map(|(metadata, _)| metadata.clone()),
        };
        if let Some((reason, at)) = &learnt.failed
            && now - *at < BETWEEN_FAILURES
        {
            return known.ok_or_else(|| ProviderFault::Unreachable(reason.clone()));
        }
        match self.discovered().await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                *learnt = Learnt { metadata: Some((metadata.clone(), now)), keys_at: None, failed: None };
                Ok(metadata)
            }
            Err(reason) => {
                learnt.failed = Some((reason.clone(), now));
                // What it said an hour ago is better than nobody signing in.
                known.ok_or(ProviderFault::Unreachable(reason))
            }
        }
    }

    async fn discovered(&self) -> Result<Metadata, String> {
        let found = Metadata::discover_async(self.declared.issuer.clone(), &self.web).await;
        let metadata = found.map_err(|error| causes(&error))?;
        if !is_secure(metadata.authorization_endpoint().url()) {
            return Err("its page for sign-ins is not encrypted".to_owned());
        }
        Ok(metadata)
    }

    /// The keys of the provider once more, because it signs with one that is not known; `None` if that was done a moment ago.
    async fn new_keys(&self, now: DateTime<Utc>) -> Result<Option<Arc<Metadata>>, ProviderFault> {
        let mut learnt = self.learnt.lock().await;
        let is_early = learnt.keys_at.is_some_and(|at| now - at < BETWEEN_KEYS);
        let Some((known, at)) = learnt.metadata.clone().filter(|_| !is_early) else { return Ok(None) };
        learnt.keys_at = Some(now);
        let keys = CoreJsonWebKeySet::fetch_async(known.jwks_uri(), &self.web).await;
        let keys = keys.map_err(|error| unreachable(&error))?;
        let metadata = Arc::new(Metadata::clone(&known).set_jwks(keys));
        learnt.metadata = Some((metadata.clone(), at));
        Ok(Some(metadata))
    }
}

fn is_unknown_key(fault: &ClaimsVerificationError) -> bool {
    matches!(fault, ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey))
}

fn unreachable(error: &dyn Error) -> ProviderFault {
    ProviderFault::Unreachable(causes(error))
}

fn user_info_fault<E: Error>(error: UserInfoError<E>) -> ProviderFault {
    match error {
        UserInfoError::Request(error) => unreachable(&error),
        error => ProviderFault::Unproven(causes(&error)),
    }
}

/// An error with what led to it, for the log.
fn causes(error: &dyn Error) -> String {
    let (mut told, mut cause) = (error.to_string(), error.source());
    while let Some(error) = cause {
        told = format!("{told}: {error}");
        cause = error.source();
    }
    shown(&told)
}

/// What others have written, for the log: in one line, and not all of it.
fn shown(text: &impl std::fmt::Debug) -> String {
    format!("{text:?}").chars().take(MOST_LOGGED).collect()
}
