using System.Globalization;
using Sida.Benchmarks;
using Sida.Benchmarks.Checkpoints;

switch (args)
{
    case ["make-checkpoint", string shape, string folder]:
        RandomCheckpoint.Write(folder, CheckpointShape.Named(shape), seed: 1);
        return 0;
    case ["stages", string package, string image, string repeats, string tokens]:
        await StageBenchmark.RunAsync(package, image, Number(repeats), Number(tokens), threads: 2);
        return 0;
    case ["sam", string package, string repeats]:
        await SamBenchmark.RunAsync(package, Number(repeats), threads: 2);
        return 0;
    case ["scheduler", string gguf, string rounds]:
        await SchedulerBenchmark.RunAsync(gguf, Number(rounds), threads: 2);
        return 0;
    default:
        await Console.Error.WriteLineAsync(
            """
            usage: dotnet run -c Release --project bench/Sida.Benchmarks -- COMMAND
              make-checkpoint 7b|13b|small FOLDER    a checkpoint with invented weights, in HuggingFace layout
              stages PACKAGE IMAGE REPEATS TOKENS    whole analyses, stage by stage; peer: bench/pytorch_peer.py
              sam PACKAGE REPEATS                    SAM's image encoder alone
              scheduler LANGUAGE.GGUF ROUNDS         the scheduler against bare llama.cpp
            """);
        return 2;
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
