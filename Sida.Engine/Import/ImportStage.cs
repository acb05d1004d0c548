namespace Sida.Engine.Import;

/// <summary>Tells how far a stage is: what is being done, bytes done, bytes in all.</summary>
internal delegate void StageReport(string step, long bytesDone, long bytesTotal);

/// <summary>One step of an import; it adds whole files to the package.</summary>
/// <param name="Name">What is made, in a few words.</param>
/// <param name="Bytes">Bytes to write; 0 when unknown.</param>
/// <param name="RunAsync">Writes the files into a folder.</param>
internal sealed record ImportStage(string Name, long Bytes, Func<string, StageReport, CancellationToken, Task> RunAsync);
