// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.opencl;

import com.aparapi.device.OpenCLDevice;
import io.driftmoe.networks.Adam;
import io.driftmoe.networks.DeviceUse;
import io.driftmoe.networks.ForwardPass;
import io.driftmoe.networks.Mlp;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkShape;
import io.driftmoe.networks.Stack;
import io.driftmoe.networks.TrainingStep;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Networks on an OpenCL device: the states of a stack and its mini-batches go there in two pieces,
 * all passes of {@link NetworkKernel} run, the states come back. That is one launch, unless the
 * stack is too large for the heap or the device; then it is several, which changes no result.
 *
 * <p>Nothing stays on the device from one launch to the next. Aparapi could leave arrays there
 * (explicit mode), but makes a device's buffer anew, from what the Java array holds, when the
 * garbage collector has moved the array in between; what was learned would be lost on any device.
 */
final class OpenClBackend implements NetworkBackend {
  /** Of one array in a launch; Aparapi counts bytes in an int. */
  private static final long MOST_BYTES = 256L << 20;

  /** Part of the heap that one array may take: what stays on the device has an array here, too. */
  private static final int HEAP_SHARE = 16;

  /** Groups for each compute unit: enough to hide the latency of memory. */
  private static final int GROUPS_A_UNIT = 16;

  private final OpenCLDevice device;
  private final NetworkKernel kernel;
  private final long mostBytes;

  /** For each launch of a call its own. */
  private final List<StagingArrays> states = new ArrayList<>();

  private final StagingArrays batches = new StagingArrays();

  // Kept, for a device makes a buffer anew for each new array.
  private final Map<NetworkShape, Plan> plans = new HashMap<>();

  private volatile DeviceUse used = DeviceUse.NONE;
  private boolean closed;

  /**
   * @param kernel compiled for the device
   */
  OpenClBackend(OpenCLDevice device, NetworkKernel kernel) {
    this(device, kernel, Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / HEAP_SHARE));
  }

  /**
   * @param mostBytes of one array in a launch of several networks
   */
  OpenClBackend(OpenCLDevice device, NetworkKernel kernel, long mostBytes) {
    this.device = device;
    this.kernel = kernel;
    this.mostBytes = mostBytes;
  }

  @Override
  public String name() {
    return "opencl " + device.getName();
  }

  @Override
  public DeviceUse used() {
    return used;
  }

  @Override
  public void forward(List<ForwardPass> passes) {
    Stack.checkPasses(passes);
    ForwardPass first = passes.get(0);
    Plan plan = Plan.forward(first.network(), first.rows(), first.dropout() != null);
    int most = most(plan);
    for (int from = 0; from < passes.size(); from += most) {
      forward(plan, passes.subList(from, Math.min(passes.size(), from + most)));
    }
  }

  private void forward(Plan plan, List<ForwardPass> passes) {
    prepare(plan, passes.size(), 0);
    forEach(passes, (pass, r) -> pack(plan, r, pass));
    launch(plan, passes.size());
    forEach(passes, (pass, r) -> unpack(plan, r, pass));
  }

  private void pack(Plan plan, int r, ForwardPass pass) {
    float[] parameters = pass.network().parameters();
    System.arraycopy(parameters, 0, kernel.state, r * plan.stateStride(), parameters.length);
    packRows(plan, r, pass.network(), pass.inputs(), pass.dropout(), pass.rows());
  }

  private void unpack(Plan plan, int r, ForwardPass pass) {
    int at = r * plan.stateStride() + pass.network().parameters().length;
    int length = pass.rows() * pass.network().outputs();
    System.arraycopy(kernel.state, at, pass.logits(), 0, length);
  }

  @Override
  public void step(List<TrainingStep> steps) {
    Stack.checkSteps(steps);
    TrainingStep first = steps.get(0);
    Plan plan = plans.computeIfAbsent(first.shape(), shape -> Plan.step(first));
    List<List<TrainingStep>> launches = new ArrayList<>();
    for (int from = 0, most = most(plan); from < steps.size(); from += most) {
      launches.add(steps.subList(from, Math.min(steps.size(), from + most)));
    }
    // No network learns before all launches have succeeded.
    List<float[]> learned = new ArrayList<>();
    for (List<TrainingStep> launch : launches) {
      prepare(plan, launch.size(), learned.size());
      forEach(launch, (step, r) -> pack(plan, r, step));
      launch(plan, launch.size());
      learned.add(kernel.state);
    }
    for (int l = 0; l < launches.size(); l++) {
      float[] state = learned.get(l);
      forEach(launches.get(l), (step, r) -> unpack(plan, r, state, step.network()));
    }
  }

  private void pack(Plan plan, int r, TrainingStep step) {
    Mlp network = step.network();
    int parameters = network.parameters().length;
    int at = r * plan.stateStride();
    System.arraycopy(network.parameters(), 0, kernel.state, at, parameters);
    System.arraycopy(network.firstMoments(), 0, kernel.state, at + parameters, parameters);
    System.arraycopy(network.secondMoments(), 0, kernel.state, at + 2 * parameters, parameters);
    int block = r * plan.batchStride();
    kernel.batch[block] = Adam.rate(step.learningRate(), network.steps() + 1);
    kernel.batch[block + 1] = Adam.root(network.steps() + 1);
    packRows(plan, r, network, step.inputs(), step.dropout(), step.rows());
    int length = step.rows() * network.outputs();
    System.arraycopy(step.targets(), 0, kernel.batch, block + plan.targets(), length);
  }

  private static void unpack(Plan plan, int r, float[] state, Mlp network) {
    int parameters = network.parameters().length;
    int at = r * plan.stateStride();
    System.arraycopy(state, at, network.parameters(), 0, parameters);
    System.arraycopy(state, at + parameters, network.firstMoments(), 0, parameters);
    System.arraycopy(state, at + 2 * parameters, network.secondMoments(), 0, parameters);
    network.nextStep();
  }

  private void packRows(
      Plan plan, int r, Mlp network, float[] inputs, float @Nullable [] dropout, int rows) {
    int block = r * plan.batchStride();
    System.arraycopy(inputs, 0, kernel.batch, block + plan.inputs(), rows * network.inputs());
    if (dropout != null) {
      System.arraycopy(dropout, 0, kernel.batch, block + plan.dropout(), rows * network.size(1));
    }
  }

  /** For each network on its own; on a GPU one thread would copy for longer than all else takes. */
  private static <T> void forEach(List<T> networks, ObjIntConsumer<T> work) {
    IntStream.range(0, networks.size()).parallel().forEach(r -> work.accept(networks.get(r), r));
  }

  /**
   * Networks that fit into a launch.
   *
   * @throws IllegalArgumentException when not even one does
   */
  private int most(Plan plan) {
    int widest = Math.max(plan.stateStride(), Math.max(plan.batchStride(), plan.workStride()));
    long bytes = (long) Float.BYTES * widest;
    if (bytes > Math.min(Integer.MAX_VALUE, device.getMaxMemAllocSize())) {
      throw new IllegalArgumentException(
          "a network needs %s bytes in one piece of memory, %s gives at most %s"
              .formatted(bytes, name(), Math.min(Integer.MAX_VALUE, device.getMaxMemAllocSize())));
    }
    return (int)
        Math.max(1, Math.min(mostBytes, device.getMaxMemAllocSize()) / Float.BYTES / widest);
  }

  /**
   * @param launch number of the launch in its call
   */
  private void prepare(Plan plan, int networks, int launch) {
    if (closed) {
      throw new IllegalStateException("the back end is closed");
    }
    kernel.plan = plan.numbers();
    kernel.networks = networks;
    kernel.stateStride = plan.stateStride();
    kernel.batchStride = plan.batchStride();
    kernel.workStride = plan.workStride();
    if (states.size() == launch) {
      states.add(new StagingArrays());
    }
    int most = most(plan);
    kernel.state = states.get(launch).of(plan.stateStride(), networks, most);
    kernel.batch = batches.of(plan.batchStride(), networks, most);
    int work = Math.multiplyExact(plan.workStride(), networks);
    if (kernel.work.length < work) {
      kernel.work = new float[work];
    }
  }

  private void launch(Plan plan, int networks) {
    long wanted = (long) plan.tiles() * networks;
    int groups = (int) Math.min(wanted, (long) device.getMaxComputeUnits() * GROUPS_A_UNIT);
    kernel.launch(groups * NetworkKernel.GROUP, NetworkKernel.GROUP, plan.passes());
    long state = (long) Float.BYTES * kernel.state.length;
    long batch = (long) Float.BYTES * kernel.batch.length;
    long numbers =
        (long) Integer.BYTES * kernel.plan.length + (long) Double.BYTES * kernel.powers.length;
    used =
        new DeviceUse(
            used.launches() + 1,
            used.kernels() + plan.passes(),
            used.bytesToDevice() + state + batch + numbers,
            used.bytesFromDevice() + state);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      kernel.dispose();
    }
  }
}
