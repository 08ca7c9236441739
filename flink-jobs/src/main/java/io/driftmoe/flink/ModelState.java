// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.router.LabelBudget;
import io.driftmoe.router.LabelQuestions;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.Pending;
import io.driftmoe.router.PendingPrediction;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the operator has learned and counted under one model key. Mutable; owned by Flink's keyed
 * state. What waits under the key has {@linkplain WaitingEntries states of its own}.
 */
final class ModelState {
  private static final String TAG = "mkey";

  /**
   * Version 2 added {@link #lateEvents}, version 3 {@link #lifecycleEvents}; version 4 no longer
   * holds what waits. Since there is a {@link JoinState}, three counters are 0 and no metrics timer
   * is set. Version 5 added the marks of event times, version 6 the questions, what commands have
   * left, and branches; a model without any of these is written as version 5. Version 7 is of a
   * model that was a branch, and says first what it is made from.
   */
  private static final int VERSION = 7;

  private static final int VERSION_WITH_WAITING = 3;
  private static final int VERSION_WITH_MARKS = 5;
  private static final int VERSION_WITH_BRANCHES = 6;
  private static final int VERSION_OF_FORMER_BRANCH = 7;

  /**
   * Model size is measured again after this many more learned events, or when a model has learned
   * twice as many: measuring writes it all.
   */
  private static final long SIZE_EVERY = 10_000;

  /** What the mixture was made or restored with. */
  private ModelSpec spec;

  /** Of the job; the same as the other unless the model was a branch. */
  private ModelSpec jobSpec;

  /** Null unless the model was a branch. */
  private @Nullable Promoted promoted;

  /**
   * What waits under a key, as versions up to 3 hold it inside the model state.
   *
   * @param predictions wait for their label
   * @param labels came before their event
   */
  record Waiting(Pending<WaitingPrediction> predictions, Pending<SourceRecord.Label> labels) {
    private boolean isEmpty() {
      return predictions.size() + labels.size() == 0;
    }
  }

  final MixtureOfExperts mixture;

  /** An event with its prediction, which has been sent. */
  record Told(SourceRecord.Features event, PendingPrediction prediction) {}

  /** Read from an older version and not yet moved to its own states; else null. */
  private @Nullable Waiting waiting;

  long events;

  // What earlier versions kept here: the join takes it over at the first touch.
  long orphanLabels;
  long expiredPredictions;
  long lateEvents;
  boolean metricsTimer;

  /** Of the mixture as a whole. */
  long driftEvents;

  /** Of single experts. */
  long lifecycleEvents;

  long lastEventTime = Long.MIN_VALUE;

  /** Null where no labels are asked for. */
  private @Nullable LabelQuestions questions;

  /** Whether the mixture learns nothing for now, by a command. */
  boolean frozen;

  /** Number of the latest command to several models that this one has taken; 0 for none. */
  long commandsSeen;

  /** Which of all mixtures that its key has had: what others predicted is not for this to learn. */
  int generation;

  /**
   * The number that the next mixture of the key gets, if branches have taken more than this one.
   */
  private int nextNumber;

  /** Never changed by another thread than that of the operator. */
  Branches branches = new Branches();

  /** The configuration that the branches are of, as far as this process knows. */
  @Nullable Map<String, JobOptions.Branch> branchesFor;

  private EventTimeMarks marks = new EventTimeMarks();

  /** The latest since the last report, which explains it; no part of what is saved. */
  private @Nullable Told latest;

  private long sizedVersion = -1;
  private long size;

  private long heapVersion = -1;
  private long heapSize;
  private boolean heapWithParts;

  private ModelState(ModelSpec spec, MixtureOfExperts mixture) {
    this.spec = spec;
    this.jobSpec = spec;
    this.mixture = mixture;
  }

  static ModelState create(ModelSpec spec) {
    return new ModelState(spec, MixtureOfExperts.create(spec.mixtureConfig(), spec.streamSchema()));
  }

  /** A model that begins with what another has learned, and has counted nothing. */
  static ModelState begin(ModelSpec spec, MixtureOfExperts mixture) {
    return new ModelState(spec, mixture);
  }

  /**
   * A model that takes the place of another, whose key goes on: it has the counters, the branches
   * and the questions of that, which is not used any more.
   *
   * @param spec what the mixture was made with
   * @param number of the mixture among those of its key
   * @param promoted null unless it was a branch that the job does not name as its learner
   */
  static ModelState inPlaceOf(
      ModelState former,
      ModelSpec spec,
      MixtureOfExperts mixture,
      int number,
      @Nullable Promoted promoted) {
    ModelState next = new ModelState(spec, mixture);
    next.jobSpec = former.jobSpec;
    next.promoted = promoted;
    next.generation = number;
    next.nextNumber = Math.max(former.nextNumber, former.generation + 1);
    former.copyCountersTo(next);
    next.questions = former.questions;
    next.branches = former.branches;
    return next;
  }

  private void copyCountersTo(ModelState next) {
    next.events = events;
    next.orphanLabels = orphanLabels;
    next.expiredPredictions = expiredPredictions;
    next.driftEvents = driftEvents;
    next.lifecycleEvents = lifecycleEvents;
    next.lateEvents = lateEvents;
    next.lastEventTime = lastEventTime;
    next.metricsTimer = metricsTimer;
    next.frozen = frozen;
    next.commandsSeen = commandsSeen;
  }

  /**
   * The model under the settings of the job: Flink restores it under those it was saved with. One
   * that was a branch has settings of its own, until those of the job change to others that it can
   * go on with.
   *
   * @return this one, unless a setting is another
   * @throws IOException when it cannot go on under them, which a restore has checked before
   */
  ModelState under(ModelSpec wanted) throws IOException {
    if (jobSpec != wanted && !jobSpec.equals(wanted)) {
      Promoted over = promoted;
      MixtureConfig changed = wanted.mixtureConfig();
      if (over == null) {
        return read(wanted, written());
      }
      if (!over.job().equals(changed)) {
        if (wanted.refusalOf(spec).isEmpty()) {
          promoted = null; // what it left of its branch stays
          return read(wanted, written());
        }
        promoted = over.under(changed);
      }
    }
    jobSpec = wanted;
    if (promoted == null) {
      spec = wanted;
    }
    return this;
  }

  private DataInput written() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
    write(new DataOutputStream(bytes));
    return new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
  }

  /**
   * A state that goes on like this one, which from now on is only written; see {@link
   * MixtureOfExperts#successor}.
   */
  ModelState successor() throws IOException {
    ModelState next = new ModelState(spec, mixture.successor());
    Waiting inside = waiting;
    if (inside != null) {
      next.waiting = new Waiting(inside.predictions.copy(), inside.labels.copy());
    }
    next.jobSpec = jobSpec;
    next.promoted = promoted;
    copyCountersTo(next);
    next.sizedVersion = sizedVersion;
    next.size = size;
    next.heapVersion = heapVersion;
    next.heapSize = heapSize;
    next.heapWithParts = heapWithParts;
    next.latest = latest;
    next.marks = marks.copy();
    LabelQuestions asking = questions;
    next.questions = asking == null ? null : asking.copy();
    next.generation = generation;
    next.nextNumber = nextNumber;
    next.branches = branches.successor();
    next.branchesFor = branchesFor;
    return next;
  }

  /** A number that no mixture of the key has had. */
  int takeNumber() {
    nextNumber = Math.max(nextNumber, generation + 1);
    return nextNumber++;
  }

  /** What the model is made from. */
  ModelSpec spec() {
    return spec;
  }

  /** What models of the job are made from. */
  ModelSpec jobSpec() {
    return jobSpec;
  }

  /** What is known of it as a branch; null where it was none. */
  @Nullable Promoted promoted() {
    return promoted;
  }

  /** What asks for labels; null where none are asked for. */
  @Nullable LabelQuestions questions() {
    return questions;
  }

  /**
   * What asks for labels from now on.
   *
   * @param budget null for asking for none
   * @param seed of one that has asked for nothing yet
   */
  @Nullable LabelQuestions asking(@Nullable LabelBudget budget, long seed) {
    LabelQuestions asking = questions;
    if (budget == null) {
      asking = null;
    } else if (asking == null) {
      asking = new LabelQuestions(budget, seed, spec.mixtureConfig().evaluationWindow());
    } else if (!asking.budget().equals(budget)) {
      asking.change(budget);
    }
    questions = asking;
    return asking;
  }

  /** Takes over what a former model of the key has asked for: the budget is that of the key. */
  void takeQuestions(ModelState former) {
    LabelQuestions asking = former.questions;
    if (asking != null) {
      asking.restartEvaluation();
    }
    questions = asking;
  }

  /** Takes note of a prediction, for the next report. */
  void predicted(SourceRecord.Features event, PendingPrediction prediction) {
    latest = new Told(event, prediction);
  }

  /** The latest prediction since this was last asked, which is then forgotten; null for none. */
  @Nullable Told takeLatest() {
    Told taken = latest;
    latest = null;
    return taken;
  }

  /**
   * Takes note that the mixture has learned an event.
   *
   * @param eventTime of it, epoch milliseconds
   */
  void learned(long version, long eventTime) {
    marks.add(version, eventTime);
  }

  /**
   * About when the first event was that the mixture learned after so many: epoch milliseconds, or
   * {@link EventTimeMarks#UNKNOWN}.
   */
  long timeAfter(long version) {
    return marks.after(version);
  }

  /** Hands over what still waits in here, which then no longer does; null when nothing does. */
  @Nullable Waiting takeWaiting() {
    Waiting taken = waiting;
    waiting = null;
    return taken;
  }

  /**
   * Writes version 5, 6 where commands have left something or there are branches, 7 where it was a
   * branch, or 3 while something waits in here.
   */
  void write(DataOutput out) throws IOException {
    Waiting inside = waiting; // which is taken before the others begin
    boolean more = inside == null && hasMore();
    int version = inside == null ? VERSION_WITH_MARKS : VERSION_WITH_WAITING;
    Promoted over = promoted;
    if (more && over != null) {
      SnapshotHeader.write(out, TAG, VERSION_OF_FORMER_BRANCH);
      over.write(out);
    } else {
      SnapshotHeader.write(out, TAG, more ? VERSION_WITH_BRANCHES : version);
    }
    writeModel(out, inside);
    if (more) {
      LabelQuestions asking = questions;
      out.writeBoolean(asking != null);
      if (asking != null) {
        asking.writeSnapshot(out);
      }
      out.writeBoolean(frozen);
      out.writeLong(commandsSeen);
      out.writeInt(generation);
      out.writeInt(nextNumber);
      branches.write(out);
    }
  }

  private boolean hasMore() {
    return questions != null
        || promoted != null
        || frozen
        || commandsSeen != 0
        || generation != 0
        || nextNumber != 0
        || !branches.isEmpty();
  }

  private void writeModel(DataOutput out, @Nullable Waiting inside) throws IOException {
    mixture.writeSnapshot(out);
    if (inside != null) {
      inside.predictions.writeSnapshot(out, (one, to) -> one.prediction().writeTo(to));
      inside.labels.writeSnapshot(out, ModelState::writeLabel);
    }
    out.writeLong(events);
    out.writeLong(orphanLabels);
    out.writeLong(expiredPredictions);
    out.writeLong(driftEvents);
    out.writeLong(lastEventTime);
    out.writeBoolean(metricsTimer);
    out.writeLong(lateEvents);
    out.writeLong(lifecycleEvents);
    if (inside == null) {
      marks.writeTo(out);
    }
  }

  /** The configuration that {@link #write} of any version was given; the rest stays unread. */
  static MixtureConfig savedConfig(DataInput in) throws IOException {
    SnapshotHeader.read(in, TAG, VERSION_WITH_BRANCHES);
    return MixtureOfExperts.savedConfig(in);
  }

  static ModelState read(ModelSpec spec, DataInput in) throws IOException {
    int version = SnapshotHeader.read(in, TAG, VERSION);
    Promoted over = version >= VERSION_OF_FORMER_BRANCH ? Promoted.read(spec, in) : null;
    ModelSpec own = over == null ? spec : over.spec();
    ModelState state =
        new ModelState(
            own, MixtureOfExperts.restoreReadable(own.mixtureConfig(), spec.streamSchema(), in));
    state.promoted = over;
    state.jobSpec = spec;
    if (version <= VERSION_WITH_WAITING) {
      Waiting inside =
          new Waiting(
              Pending.restore(
                  in, ModelState::readPrediction, WaitingPredictionsSerializer.INSTANCE::heapBytes),
              Pending.restore(
                  in, ModelState::readLabel, EarlyLabelsSerializer.INSTANCE::heapBytes));
      state.waiting = inside.isEmpty() ? null : inside;
    }
    state.events = in.readLong();
    state.orphanLabels = in.readLong();
    state.expiredPredictions = in.readLong();
    state.driftEvents = in.readLong();
    state.lastEventTime = in.readLong();
    state.metricsTimer = in.readBoolean();
    state.lateEvents = version >= 2 ? in.readLong() : 0;
    state.lifecycleEvents = version >= 3 ? in.readLong() : 0;
    if (version >= VERSION_WITH_MARKS) {
      state.marks = EventTimeMarks.readFrom(in);
    }
    if (version >= VERSION_WITH_BRANCHES) {
      state.questions = in.readBoolean() ? LabelQuestions.restore(in) : null;
      state.frozen = in.readBoolean();
      state.commandsSeen = in.readLong();
      state.generation = in.readInt();
      state.nextNumber = in.readInt();
      state.branches = Branches.read(spec.streamSchema(), in);
    }
    return state;
  }

  /**
   * Bytes that a checkpoint holds of this state, as it was not long ago: the mixture and the
   * counters, but not its branches, nor what waits under the key, whose size nobody measures.
   * {@code modelBytes} in metrics.
   */
  long bytes() throws IOException {
    long version = mixture.version();
    if (isSizeDue(sizedVersion, version)) {
      DataOutputStream counter = new DataOutputStream(OutputStream.nullOutputStream());
      SnapshotHeader.write(counter, TAG, VERSION);
      writeModel(counter, waiting);
      size = counter.size();
      sizedVersion = version;
    }
    return size;
  }

  /**
   * Whether a size is to be measured again.
   *
   * @param sized events learned when it was measured last; -1 for never
   * @param version events learned now
   */
  static boolean isSizeDue(long sized, long version) {
    return sized < 0 || version >= sized + Math.max(1, Math.min(SIZE_EVERY, sized));
  }

  /** About how many bytes of heap this state takes, branches included. */
  long heapBytes() throws IOException {
    long saved = bytes();
    if (heapVersion != sizedVersion || heapWithParts != mixture.keepsParts()) {
      heapSize = mixture.heapBytes(saved);
      heapVersion = sizedVersion;
      heapWithParts = mixture.keepsParts();
    }
    Told told = latest;
    return heapSize + branches.heapBytes() + (told == null ? 0 : told.prediction.heapBytes());
  }

  // As versions up to 3 have it: modified UTF-8 with a short as its length.

  private static void writeLabel(SourceRecord.Label label, DataOutput out) throws IOException {
    out.writeUTF(label.modelKey());
    out.writeUTF(label.eventId());
    out.writeLong(label.eventTime());
    out.writeInt(label.partition());
    out.writeLong(label.offset());
    out.writeInt(label.label());
  }

  private static WaitingPrediction readPrediction(DataInput in) throws IOException {
    return new WaitingPrediction(WaitingPrediction.UNKNOWN_TIME, PendingPrediction.readFrom(in));
  }

  private static SourceRecord.Label readLabel(DataInput in) throws IOException {
    return new SourceRecord.Label(
        in.readUTF(), in.readUTF(), in.readLong(), in.readInt(), in.readLong(), in.readInt());
  }
}
