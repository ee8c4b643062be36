//! How soon an edit is seen: from the request that makes it to the answer of a read that shows it.

use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use sqlx::{Connection, PgConnection};

use crate::Outcome;
use crate::process::{Server, geokontor};
use crate::table::{Row, median, ms};

const EDITS: usize = 200;
const TARGET: Duration = Duration::from_millis(10);

/// Edits one hydrant after the other.
pub async fn measure(server: &Server, url: &str, data: &str) -> Outcome<Row> {
    let made = geokontor(url).args(["token", "create", "--name", "bench", "--role", "editor"]).output().await?;
    let token = String::from_utf8(made.stdout)?.trim().to_owned();
    // Running servers follow tokens within a second.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let client = reqwest::Client::new();
    let page = server.url(&format!("/ogc/collections/hydrants/items?limit={EDITS}"));
    let page: Json = client.get(page).send().await?.json().await?;
    let ids: Vec<&str> =
        page["features"].as_array().into_iter().flatten().filter_map(|feature| feature["id"].as_str()).collect();
    let mut times = Vec::new();
    for (nth, id) in ids.iter().enumerate() {
        let address = server.url(&format!("/ogc/collections/hydrants/items/{id}"));
        let remark = format!("edit {nth}");
        let body = json!({ "properties": { "location_note": remark } }).to_string();
        let patch = client
            .patch(&address)
            .bearer_auth(&token)
            .header("Content-Type", "application/merge-patch+json")
            .header("If-Match", "*")
            .body(body);
        let started = Instant::now();
        let answer = patch.send().await?;
        if !answer.status().is_success() {
            return Err(format!("the edit was refused: {}", answer.text().await?).into());
        }
        loop {
            let seen: Json = client.get(&address).send().await?.json().await?;
            if seen["properties"]["location_note"] == remark {
                break;
            }
        }
        times.push(started.elapsed());
    }
    let worst = times.iter().max().copied().unwrap_or_default();
    let seen = median(times).ok_or("nothing was edited")?;
    Ok(Row {
        what: format!("edit sent until a read shows it, median of {}", ids.len()),
        data: data.into(),
        measured: format!("{} (worst {})", ms(seen), ms(worst)),
        floor: format!("one-row UPDATE and COMMIT {}", ms(floor(url).await?)),
        target: Some(("under 10 ms".into(), seen < TARGET)),
    })
}

/// A transaction of one statement; no write takes less.
async fn floor(url: &str) -> Outcome<Duration> {
    let mut connection = PgConnection::connect(url).await?;
    let mut times = Vec::new();
    for nth in 0..EDITS {
        let started = Instant::now();
        let mut transaction = connection.begin().await?;
        let sql = "UPDATE changeset SET reason = $1 WHERE id = (SELECT min(id) FROM changeset)";
        sqlx::query(sql).bind(format!("floor {nth}")).execute(&mut *transaction).await?;
        transaction.commit().await?;
        times.push(started.elapsed());
    }
    connection.close().await?;
    median(times).ok_or_else(|| "nothing was measured".into())
}
