// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The states of one job: a folder for each of its last runs. A run of its own, and not one folder
 * of states, because the numbers of checkpoints begin again when a job begins anew or goes back to
 * an older state, and clocks do not always go forward.
 */
public final class StateFolder {
  /** Runs with a state that are kept, so that one can go back by hand. */
  private static final int KEPT = 3;

  private static final Pattern PLAIN = Pattern.compile("[a-zA-Z0-9_-][a-zA-Z0-9._-]{0,99}");
  private static final Pattern RUN = Pattern.compile("run-(\\d{1,9})");
  private static final Pattern SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]+:.*");

  private final Path folder;
  private final @Nullable String checkpointDir;

  /**
   * @param stateDir a path or a URI
   * @param job whose states are meant
   * @throws IllegalArgumentException when it is neither
   */
  StateFolder(String stateDir, JobOptions.Job job) {
    this.folder = new Path(root(stateDir), fileName(job.name()));
    this.checkpointDir =
        job.checkpointDir() == null
            ? null
            : new Path(root(job.checkpointDir()), fileName(job.name())).toString();
  }

  /**
   * {@return the folder of a job as a path of this machine; null where it is elsewhere}
   *
   * @param stateDir a path or a URI
   * @param jobName name of the job
   */
  public static java.nio.file.@Nullable Path local(String stateDir, String jobName) {
    URI uri = new Path(root(stateDir), fileName(jobName)).toUri();
    return "file".equals(uri.getScheme()) ? Paths.get(uri.getPath()) : null;
  }

  private static Path root(String stateDir) {
    if (!SCHEME.matcher(stateDir).matches()) {
      return new Path("file", null, Paths.get(stateDir).toAbsolutePath().normalize().toString());
    }
    try {
      URI uri = new URI(stateDir);
      if (uri.isOpaque()) {
        throw new IllegalArgumentException(
            "'%s' is no folder: write a path or file:/PATH".formatted(stateDir));
      }
      return new Path(uri);
    } catch (URISyntaxException e) {
      return new Path(stateDir); // with blanks, say: as Flink reads it
    }
  }

  /**
   * {@return a folder as Flink writes and reads it: absolute, with its scheme, and nothing in it is
   * encoded, as it would be in a URI}
   *
   * @param folder a path of this machine, or a URI
   * @throws IllegalArgumentException when it is neither
   */
  public static String pointer(String folder) {
    return root(folder).toString();
  }

  /** A name of a file on any file system; names of jobs may hold anything. */
  private static String fileName(String jobName) {
    if (PLAIN.matcher(jobName).matches()) {
      return jobName;
    }
    String start = jobName.replaceAll("[^a-zA-Z0-9_-]+", "_");
    return "%s-%s"
        .formatted(
            start.substring(0, Math.min(start.length(), 40)),
            UUID.nameUUIDFromBytes(jobName.getBytes(StandardCharsets.UTF_8)));
  }

  /** The newest first. */
  List<StateRun> runs() throws IOException {
    List<StateRun> runs = new ArrayList<>();
    for (Path run : StateRun.folders(folder)) {
      Matcher name = RUN.matcher(run.getName());
      if (name.matches()) {
        int number = Integer.parseInt(name.group(1));
        runs.add(StateRun.read(number, run, checkpoints(number, run)));
      }
    }
    runs.sort(Comparator.comparingInt(StateRun::number).reversed());
    return runs;
  }

  private Path checkpoints(int number, Path run) {
    return checkpointDir == null
        ? new Path(run, "checkpoints")
        : new Path(new Path(checkpointDir), "run-" + number);
  }

  /**
   * Begins a run and deletes those that are too old. Runs that left no state, such as those of a
   * job that cannot start, are not counted: they must not push out the states there are.
   *
   * @param from what it goes on from; null for a job that begins anew
   */
  StateRun begin(@Nullable String from, JobTraces traces) throws IOException {
    List<StateRun> runs = runs();
    int number = runs.isEmpty() ? 1 : runs.get(0).number() + 1;
    Path run = new Path(folder, "run-" + number);
    StateRun begun =
        StateRun.create(
            number,
            run,
            new StateRun.Begin(
                from, traces.cluster(), traces.inputs(), checkpoints(number, run).toString()));
    deleteOld(runs, from);
    return begun;
  }

  private static void deleteOld(List<StateRun> runs, @Nullable String from) throws IOException {
    int newer = 0;
    int newerWithState = 0;
    for (StateRun run : runs) {
      boolean hasState = !run.states().isEmpty();
      boolean isOld = (hasState ? newerWithState : newer) >= KEPT;
      if (isOld && (from == null || !holds(run, from))) {
        run.delete();
      }
      newer++;
      newerWithState += hasState ? 1 : 0;
    }
  }

  private static boolean holds(StateRun run, String pointer) {
    String state = real(new Path(pointer));
    return state.startsWith(real(run.folder()) + "/")
        || state.startsWith(real(run.checkpoints()) + "/");
  }

  /** On this machine without links and relative parts. */
  private static String real(Path path) {
    URI uri = path.toUri();
    if (uri.getScheme() != null && !"file".equals(uri.getScheme())) {
      return uri.getPath();
    }
    java.nio.file.Path file = Paths.get(uri.getPath());
    try {
      return file.toRealPath().toString();
    } catch (IOException e) { // it is not there
      return file.toAbsolutePath().normalize().toString();
    }
  }

  @Override
  public String toString() {
    return "file".equals(folder.toUri().getScheme()) ? folder.toUri().getPath() : folder.toString();
  }
}
