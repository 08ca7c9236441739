// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** The jar by which {@link HeapHog} is loaded into another JVM. */
record HeapHogJar(Path file) {

  static HeapHogJar write(Path file) throws IOException {
    String entry = HeapHog.class.getName().replace('.', '/') + ".class";
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Agent-Class", HeapHog.class.getName());
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file), manifest);
        InputStream type =
            Objects.requireNonNull(HeapHog.class.getResourceAsStream("/" + entry), entry)) {
      jar.putNextEntry(new JarEntry(entry));
      type.transferTo(jar);
    }
    return new HeapHogJar(file);
  }

  /** Fills the heap of a process. */
  void fill(long pid, Duration duration) throws IOException {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
      try {
        machine.loadAgent(file.toString(), Long.toString(duration.toSeconds()));
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException | AgentLoadException | AgentInitializationException e) {
      throw new IOException("the agent cannot be loaded: " + e.getMessage(), e);
    }
  }
}
