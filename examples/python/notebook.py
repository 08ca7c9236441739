# SPDX-License-Identifier: GPL-3.0-or-later
# A notebook in cells, for an editor that knows '# %%', or 'python3 examples/python/notebook.py'.

# %% [markdown]
# # A job on a stream that drifts, and the library on the same events
# Labels come 20 events late; half way what is normal changes. The accuracy of what the job predicted is,
# to the last digit, the one that `driftmoe bench` finds on the file.

# %%
import csv
import pathlib
import random
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent if "__file__" in globals() else pathlib.Path.cwd()
sys.path.append(str(next(folder for folder in HERE.parents if (folder / "clients").is_dir()) / "clients/python"))
import driftmoe

EVENTS, LABEL_DELAY, WINDOW = 3000, 20, 100
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="driftmoe-notebook-"))

# %% [markdown]
# ## A stream, as a file

# %%
dice = random.Random(1)
events = []
for i in range(EVENTS):
    temperature, load, mode = dice.random(), dice.random(), dice.choice(["day", "night"])
    hot_is_wrong = i < EVENTS // 2  # then what is normal changes: the drift
    state = "fault" if (temperature + 0.2 * load > 0.6) == hot_is_wrong and mode == "day" else "ok"
    events.append({"temperature": temperature, "load": load, "mode": mode, "state": state})

with open(FOLDER / "events.csv", "w", encoding="utf-8", newline="") as file:
    table = csv.DictWriter(file, events[0])
    table.writeheader()
    table.writerows(events)

# %% [markdown]
# ## A broker, a configuration and a job
# In event-time order the result does not hang on how the two topics are read. `--bootstrap HOST:PORT`
# takes a broker that is there already.

# %%
own_broker = driftmoe.broker() if "--bootstrap" not in sys.argv else None
bootstrap = own_broker.address if own_broker else sys.argv[sys.argv.index("--bootstrap") + 1]
topics = ("features", "labels", "predictions", "drift-events", "metrics", "dead-letters", "explanations")
driftmoe.job_init(FOLDER / "job.yaml", data=FOLDER / "events.csv", class_="state", D={
    "kafka.bootstrap": bootstrap,
    "input.order": "event-time",
    "output.format": "json",  # for other tools; the client reads either format
    "job.name": "notebook",
    "job.checkpoint-interval": "500 ms",  # outputs can be read after each checkpoint
    "job.state-dir": FOLDER / "state",
    "explanations.on-request": "true",
    **{f"topics.{topic}": f"notebook.{topic}" for topic in topics},
})
running = driftmoe.job(FOLDER / "job.yaml")
job = driftmoe.Job(FOLDER / "job.yaml", key="plant")

# %% [markdown]
# ## Events, and their labels later

# %%
SECOND = 1000
START = 1_767_225_600_000  # 2026-01-01, epoch milliseconds
for i in range(EVENTS + LABEL_DELAY):
    now = START + i * SECOND
    if i < EVENTS:
        features = {name: value for name, value in events[i].items() if name != "state"}
        job.send(features, id=str(i), time=now, explain=i == EVENTS - 1)
    if i >= LABEL_DELAY:
        job.label(str(i - LABEL_DELAY), events[i - LABEL_DELAY]["state"], time=now)

# Event time goes on only with later records: these bring the last ones out.
job.send({}, id="end", key="end", time=now + 60 * SECOND)
job.label("end", "ok", key="end", time=now + 60 * SECOND)
job.flush()

# %% [markdown]
# ## Predictions and drifts

# %%
predicted = {}
for prediction in job.predictions(key="plant", wait=60):
    predicted[prediction["eventId"]] = prediction["predictedClass"]
    if len(predicted) == EVENTS:
        break
right = [predicted[str(i)] == event["state"] for i, event in enumerate(events)]
accuracy = 100 * (sum(right) / len(right))
print(f"{len(predicted)} predictions, {sum(right)} right: accuracy {accuracy} %")

print("accuracy in windows:")
for first in range(0, EVENTS, WINDOW):
    share = sum(right[first:first + WINDOW]) / WINDOW
    print(f"{first:6} {100 * share:6.1f} % {'#' * round(40 * share)}")

for drift in job.drift_events(key="plant"):
    if drift["kind"] == "DRIFT" and drift["expert"] is None:  # of the whole mixture
        print(f"drift at event {drift['eventId']}: {drift['description']}")
print(f"{sum(1 for letter in job.dead_letters())} dead letters")

# %% [markdown]
# ## What the job says of itself, and why it predicted the last event as it did

# %%
for report in job.metrics(key="plant", wait=60):  # one a second while there is something new
    if report["labels"] == EVENTS:
        break
print(f"the job's own report, of {report['labels']} labels: {report['accuracy']} %")
assert report["accuracy"] == accuracy, f"predictions have {accuracy}"

why = next(job.explanations(key="plant", wait=60))
print(f"event {why['eventId']} is {why['predictedClass']}, probability {why['probability']:.3f}: {why['base']:.3f}")
for part in why["attributions"]:
    print(f"{part['contribution']:+8.3f} as {part['attribute']} is {part['value']}")
print(f"{why['otherAttributions'] + why['unattributed']:+8.3f} of the rest")

job.close()
running.stop()
if own_broker:
    own_broker.stop()

# %% [markdown]
# ## Other learners on the same events

# %%
comparison = driftmoe.bench(
    data=FOLDER / "events.csv", class_="state", label_delay=LABEL_DELAY,
    learners=["adaptive", "HoeffdingTree"],
)
rows = comparison if isinstance(comparison, list) else comparison.to_dict("records")
for row in sorted(rows, key=lambda row: -row["accuracy"]):
    print(f"{row['learner']:15} {row['accuracy']} % kappa {row['kappa']:.2f}")

library = next(row["accuracy"] for row in rows if row["learner"] == "adaptive")
assert accuracy == library, f"the job has {accuracy}, the library {library}"
print("the job's accuracy is the library's")
