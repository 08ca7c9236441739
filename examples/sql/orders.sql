-- Predicts from one topic, learns from another, and scores with a saved model: docs/sql.md explains each part.
SET 'table.local-time-zone' = 'UTC';
SET 'table.dml-sync' = 'true';

LOAD MODULE driftmoe;

CREATE TABLE orders (
  shop STRING,
  order_id BIGINT,
  price DOUBLE,
  weekday STRING,
  demand DOUBLE,
  busy BOOLEAN,
  placed TIMESTAMP_LTZ(3),
  WATERMARK FOR placed AS placed - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka', 'properties.bootstrap.servers' = 'localhost:9092', 'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601', 'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset', -- leave it out, and the statements have no end
  'topic' = 'orders'
);

CREATE TABLE outcomes (
  shop STRING,
  order_id BIGINT,
  outcome STRING,
  known TIMESTAMP_LTZ(3),
  WATERMARK FOR known AS known - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka', 'properties.bootstrap.servers' = 'localhost:9092', 'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601', 'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'topic' = 'outcomes'
);

CREATE TABLE results (
  shop STRING,
  kind STRING,
  order_id STRING,
  predicted STRING,
  probabilities MAP<STRING, DOUBLE>,
  learned BIGINT,
  reason STRING,
  description STRING
) WITH (
  'connector' = 'kafka', 'properties.bootstrap.servers' = 'localhost:9092', 'format' = 'json', 'topic' = 'results'
);

INSERT INTO results
SELECT shop, kind, event_id, predicted_class, probabilities, model_version, reason, description
FROM DRIFTMOE(
  features => TABLE orders PARTITION BY shop,
  labels => TABLE outcomes PARTITION BY shop,
  id_column => 'order_id',
  label_column => 'outcome',
  classes => 'UP,DOWN',
  nominal => MAP['weekday', 'mon,tue,wed'],
  preset => 'paper-data',
  seed => 7,
  settings => MAP['input.order', 'event-time'],
  emit => 'predictions,drift-events',
  on_time => DESCRIPTOR(placed, known),
  uid => 'orders'
);

-- The newest file of a folder, as job and demo write them.
CREATE MODEL served
INPUT (price DOUBLE, weekday STRING, demand DOUBLE, busy BOOLEAN)
OUTPUT (predicted STRING, probability DOUBLE)
WITH ('provider' = 'driftmoe', 'path' = 'models');

CREATE TABLE scored (
  order_id BIGINT,
  predicted STRING,
  probability DOUBLE
) WITH (
  'connector' = 'kafka', 'properties.bootstrap.servers' = 'localhost:9092', 'format' = 'json', 'topic' = 'scored'
);

INSERT INTO scored
  SELECT order_id, predicted, probability
  FROM ML_PREDICT(TABLE orders, MODEL served, DESCRIPTOR(price, weekday, demand, busy));
