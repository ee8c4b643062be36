//! stub
use crate::http::{Answer, Ask, Problem};
pub async fn version_3_0(ask: Ask) -> Result<Answer, Problem> {
    Ok(Answer::document(&ask, super::link::OPENAPI_3_0, "{}"))
}
pub async fn version_3_1(ask: Ask) -> Result<Answer, Problem> {
    Ok(Answer::document(&ask, super::link::OPENAPI_3_0, "{}"))
}
pub async fn page(ask: Ask) -> Result<Answer, Problem> {
    Ok(Answer::document(&ask, super::link::OPENAPI_3_0, "{}"))
}
