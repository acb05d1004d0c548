using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Sida.Engine.Language.Gguf;
using Sida.Engine.Language.Interop;

namespace Sida.Engine.Import.Gguf;

/// <summary>Runs llama.cpp's own quantiser, with the progress that its log lines tell.</summary>
internal static partial class GgufQuantizer
{
    /// <summary>Quantises a checked file.</summary>
    /// <param name="source">An f32, f16 or bf16 file.</param>
    /// <param name="target">The file to write.</param>
    /// <param name="precision">A quantised one.</param>
    /// <param name="done">Told how many bytes of the source are done.</param>
    /// <param name="cancellation">
    /// llama.cpp can't be interrupted: on cancellation this returns at once, while the work runs out on its thread into a file of its
    /// own, which is then deleted.
    /// </param>
    /// <exception cref="NativeRuntimeException">llama.cpp failed.</exception>
    public static async Task RunAsync(string source, string target, LanguagePrecision precision, Action<long> done, CancellationToken cancellation)
    {
        LlamaLibrary library = LlamaLibrary.Instance;
        Dictionary<string, long> sizes = GgufFile.Open(source).Tensors.ToDictionary(entry => entry.Key, entry => entry.Value.ByteCount);
        string unfinished = $"{target}.{Guid.NewGuid():N}";
        Task work = Task.Factory.StartNew(
            () =>
            {
                try
                {
                    Run(library, source, unfinished, precision, Progress(sizes, done));
                    cancellation.ThrowIfCancellationRequested();
                    File.Move(unfinished, target, overwrite: true);
                }
                finally
                {
                    File.Delete(unfinished);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        await work.WaitAsync(cancellation);
    }

    private static void Run(LlamaLibrary library, string source, string target, LanguagePrecision precision, Action<LogLevel, string> progress)
    {
        using LlamaErrors errors = new(library.Log);
        using IDisposable lines = library.Log.Listen(progress);
        if (!LlamaQuantization.Run(library, source, target, FileType(precision)))
        {
            throw new NativeRuntimeException($"llama.cpp can't quantise {source}: {errors.Text}.");
        }
    }

    /// <summary>llama.cpp's number of a mix of number formats (enum llama_ftype).</summary>
    public static uint FileType(LanguagePrecision precision) => precision switch
    {
        LanguagePrecision.F32 => 0,
        LanguagePrecision.F16 => 1,
        LanguagePrecision.Q8 => 7,
        LanguagePrecision.Q4KM => 15,
        LanguagePrecision.Q5KM => 17,
        LanguagePrecision.Q6K => 18,
        LanguagePrecision.BF16 => 32,
        _ => throw new ArgumentOutOfRangeException(nameof(precision)),
    };

    private static Action<LogLevel, string> Progress(Dictionary<string, long> sizes, Action<long> done)
    {
        long sum = 0;
        return (_, line) =>
        {
            Match match = TensorLine().Match(line);
            if (match.Success && sizes.TryGetValue(match.Groups["name"].Value, out long size))
            {
                done(sum += size);
            }
        };
    }

    /// <summary>For example <c>[  12/ 291] blk.0.ffn_up.weight - [4096, 11008, 1, 1], type = bf16, converting to q4_K .. size = …</c>.</summary>
    [GeneratedRegex(@"^\[\s*\d+/\s*\d+\]\s+(?<name>\S+)\s+-\s+\[", RegexOptions.CultureInvariant)]
    private static partial Regex TensorLine();
}
