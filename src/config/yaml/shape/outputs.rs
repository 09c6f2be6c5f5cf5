//! The outputs of the engines: how many messages each takes at once, and whether it takes batches.
//!
//! Those of the Benthos library are held against its sources (`tests/config/outputs.tsv`); the others are as Redpanda
//! Connect and Bento document and register them.

use crate::config::schema::Dialect;

/// How many messages an output takes at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Width {
    /// By its field `max_in_flight`, with this default.
    Field(usize),
    Fixed(usize),
}

/// Whether an output takes batches. One that does not stands behind a stage that takes batches apart
/// (`OnlySinglePayloads`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    Batches,
    Single,
}

/// The outputs of the Benthos library that hold no other output.
const STOCK: &[(Width, Takes, &str)] = &[
    (Width::Field(64), Takes::Batches, "cache http_client"),
    (Width::Fixed(1), Takes::Batches, "drop reject subprocess sync_response websocket"),
    (Width::Fixed(1), Takes::Single, "file socket stdout"),
];

/// The outputs of Redpanda Connect and of Bento beside them.
const OTHERS: &[(Width, Takes, &str)] = &[
    (
        Width::Field(64),
        Takes::Batches,
        "arc aws_dynamodb aws_kinesis aws_kinesis_firehose aws_s3 aws_s3_stream aws_sqs azure_cosmosdb \
         azure_queue_storage azure_table_storage cassandra couchbase cyborgdb cypher datadog_logs elasticsearch \
         elasticsearch_v2 elasticsearch_v8 elasticsearch_v9 gcp_bigquery gcp_bigtable gcp_cloud_storage gcp_pubsub \
         grpc_client hdfs kafka mongodb opensearch otlp_grpc otlp_http pinecone qdrant questdb redis_list \
         redis_pubsub redis_streams s2 splunk_hec sql sql_insert sql_raw timeplus",
    ),
    (
        Width::Field(64),
        Takes::Single,
        "amqp_0_9 amqp_1 aws_sns azure_blob_storage azure_data_lake_gen2 beanstalkd mqtt nanomsg nats \
         nats_object_store nats_stream nsq pulsar redis_hash schema_registry sftp slack_reaction",
    ),
    (Width::Field(1024), Takes::Single, "nats_jetstream nats_kv"),
    (Width::Field(256), Takes::Batches, "redpanda"),
    (Width::Field(10), Takes::Batches, "kafka_franz ockam_kafka redpanda_common redpanda_migrator"),
    (Width::Field(8), Takes::Batches, "doris_stream_load"),
    (Width::Field(4), Takes::Batches, "gcp_bigquery_write_api iceberg snowflake_streaming"),
    (Width::Field(1), Takes::Batches, "pusher salesforce_sink snowflake_put"),
    (Width::Fixed(1), Takes::Batches, "duckdb_append zmq4 zmq4n"),
    (Width::Fixed(1), Takes::Single, "discord slack_post slack_webhook"),
];

/// What is known of an output that holds no other output; `None` for a type that is not known.
pub(super) fn width_of(name: &str, dialect: Dialect) -> Option<(Width, Takes)> {
    if name == "gcp_bigquery_write_api" && dialect == Dialect::Bento {
        return Some((Width::Field(64), Takes::Batches));
    }
    let mut rows = STOCK.iter().chain(OTHERS);
    let row = rows.find(|(.., names)| names.split_ascii_whitespace().any(|known| known == name))?;
    Some((row.0, row.1))
}

#[cfg(test)]
mod tests {
    use super::{STOCK, Takes, Width};

    #[test]
    fn the_outputs_of_the_library_are_as_its_sources_register_them() {
        let recorded = include_str!("../../../../tests/config/outputs/records.tsv");
        let mut recorded: Vec<_> = recorded.lines().filter(|line| !line.starts_with('#')).collect();
        let line = |width: Width, takes, name: &str| {
            let (number, by) = match width {
                Width::Field(number) => (number, "field"),
                Width::Fixed(number) => (number, "fixed"),
            };
            let takes = if takes == Takes::Single { "single" } else { "batches" };
            format!("{name}\t{number}\t{by}\t{takes}")
        };
        let all = STOCK.iter().flat_map(|(width, takes, names)| {
            names.split_ascii_whitespace().map(|name| line(*width, *takes, name))
        });
        let mut all: Vec<_> = all.collect();
        all.sort();
        recorded.sort_unstable();
        assert_eq!(all, recorded);
    }
}
