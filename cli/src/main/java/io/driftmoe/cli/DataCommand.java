// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import picocli.CommandLine.Command;

/** {@code driftmoe data}: the commands on public data sets. */
@Command(
    name = "data",
    description = "Describes data files; lists, describes, downloads and checks public data sets.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DataListCommand.class,
      DataDescribeCommand.class,
      DataFetchCommand.class,
      DataVerifyCommand.class
    })
final class DataCommand {}
