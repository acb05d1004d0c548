using Sida.Benchmarks.Checkpoints;

if (args is ["make-checkpoint", string shape, string folder])
{
    RandomCheckpoint.Write(folder, CheckpointShape.Named(shape), seed: 1);
    return 0;
}

await Console.Error.WriteLineAsync("usage: dotnet run -c Release --project bench/Sida.Benchmarks -- make-checkpoint 7b|13b|small FOLDER");
return 2;
