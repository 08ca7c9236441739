// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.flink.runtime.client.JobExecutionException;
import org.apache.flink.util.FlinkException;
import org.apache.flink.util.SerializedThrowable;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailureMessageTest {

  private static final class Ours extends IOException implements UserMessage {
    private static final long serialVersionUID = 1L;

    Ours(String message, Throwable cause) {
      super(message, cause);
    }
  }

  static Stream<Arguments> kinds() {
    NoSuchFileException absent = new NoSuchFileException("/a/b");
    return Stream.of(
        Arguments.of(new Ours("the disk is blue", absent), "the disk is blue"),
        Arguments.of(new ExecutionException(new Ours("blue", absent)), "blue"),
        Arguments.of(absent, "there is no file or folder /a/b"),
        Arguments.of(new UncheckedIOException(absent), "there is no file or folder /a/b"),
        Arguments.of(new AccessDeniedException("/a"), "no permission to read or write /a"),
        Arguments.of(
            new FileNotFoundException("/a (Permission denied)"),
            "no permission to read or write /a"),
        Arguments.of(
            new FileNotFoundException("/a (No such file or directory)"),
            "there is no file or folder /a"),
        Arguments.of(new FileNotFoundException("/a (Is a directory)"), "/a (Is a directory)"),
        Arguments.of(
            new FileSystemException("/a", null, "No space left on device"),
            "/a: no space left on device"),
        Arguments.of(
            new IOException("/a.csv", new IOException("No space left on device")),
            "/a.csv: No space left on device"),
        Arguments.of(new EOFException(), "it ends too soon: empty, truncated, or another kind of"),
        Arguments.of(new MalformedInputException(1), "it is no text in UTF-8"),
        Arguments.of(new UnknownHostException("kafak"), "there is no host kafak"),
        Arguments.of(
            new CompletionException(new ConnectException("Connection refused")),
            "nothing answers there (connection refused)"),
        Arguments.of(
            new KafkaException("Failed to construct producer", new KafkaException("No /k", absent)),
            "Failed to construct producer: there is no file or folder /a/b"),
        Arguments.of(
            new TopicAuthorizationException("Not authorized to access topics: [a]"),
            "Not authorized to access topics: [a]"),
        Arguments.of(
            new InvalidPidMappingException("the id is not mapped"),
            "the broker has no transactions of this savepoint: it is another broker"),
        Arguments.of(
            new FlinkException(
                "a task",
                new SerializedThrowable(new InvalidPidMappingException("the id is not mapped"))),
            "the broker has no transactions of this savepoint: it is another broker"),
        Arguments.of(
            new IOException(
                "a send failed", new InvalidTimestampException("Timestamp 9 of message")),
            "a send failed: the clock of a TaskManager is so far ahead of the broker's"),
        Arguments.of(
            new JobExecutionException(null, "Job execution failed.", new IOException("disk gone")),
            "disk gone"),
        Arguments.of(
            new IOException(
                "[Internal server error., <Exception on server side:\n"
                    + "java.lang.RuntimeException: outer\n\tat a.b.C.d(C.java:1)\n"
                    + "Caused by: java.io.IOException: the folder is gone\n\tat a.b.C.d(C.java:1)\n"
                    + "\t... 3 more\n\nEnd of exception on server side>]"),
            "the folder is gone"),
        Arguments.of(
            new OutOfMemoryError("Java heap space"), "not enough memory (Java heap space)"),
        Arguments.of(new StackOverflowError(), "the input is nested too deeply"),
        Arguments.of(
            new UnsatisfiedLinkError("no clblas in path"), "a library of this installation"),
        Arguments.of(
            new NoClassDefFoundError("Could not initialize class io.driftmoe.simd.SimdBackend"),
            "a library of this installation cannot be loaded (Could not initialize"),
        Arguments.of(
            new ExceptionInInitializerError(new IllegalStateException("x")),
            "a library of this installation cannot be loaded"),
        Arguments.of(new NullPointerException(), "an error in driftmoe itself (null pointer)"),
        Arguments.of(
            new IllegalStateException("java.lang.IllegalStateException: no model"), "no model"),
        Arguments.of(new InterruptedException("sleep interrupted"), "interrupted"));
  }

  @ParameterizedTest
  @MethodSource
  void kinds(Throwable fault, String start) {
    assertThat(FailureMessage.of(fault))
        .startsWith(start)
        .doesNotContain("Exception", "java.", "\n", "\t");
  }

  @Test
  void circleOfCauses_ends() {
    IOException first = new IOException("first");
    IOException second = new IOException("second", first);
    first.initCause(second);

    assertThat(FailureMessage.of(first)).startsWith("first");
    assertThat(FailureMessage.of(new RuntimeException(null, second))).isNotEmpty();
  }
}
