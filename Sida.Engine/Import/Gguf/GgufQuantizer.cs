using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Sida.Engine.Language.Gguf;
using Sida.Engine.Language.Interop;

namespace Sida.Engine.Import.Gguf;

/// <summary>Runs llama.cpp's own quantiser, with the progress that its log lines tell.</summary>
internal static partial class GgufQuantizer
{
    /// <summary>
    /// Matrices whose rows are shorter than this stay f16. A block of a quantised format is 32 or 256 numbers: in so narrow a model its
    /// rounding doesn't average out (8-bit weights alone, computed in f32, moved masks of the tiny checkpoint to an IoU of 0.96),
    /// and there is no memory to save. llama.cpp falls back in the same way where rows don't fill a block.
    /// </summary>
    private const long NarrowRow = 256;

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
        GgufTensor[] tensors = [.. GgufFile.Open(source).Tensors.Values];
        Dictionary<string, long> sizes = tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.ByteCount);
        string[] narrow = [.. tensors.Where(tensor => tensor.Dimensions.Count == 2 && tensor.Dimensions[0] < NarrowRow).Select(tensor => tensor.Name)];
        string unfinished = $"{target}.{Guid.NewGuid():N}";
        Task work = Task.Factory.StartNew(
            () =>
            {
                try
                {
                    Run(library, source, unfinished, precision, narrow, Progress(sizes, done));
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

    private static void Run(LlamaLibrary library, string source, string target, LanguagePrecision precision, string[] narrow, Action<LogLevel, string> progress)
    {
        using LlamaErrors errors = new(library.Log);
        using IDisposable lines = library.Log.Listen(progress);
        if (!LlamaQuantization.Run(library, source, target, FileType(precision), narrow))
        {
            throw new NativeRuntimeException($"llama.cpp can't quantise {source}: {errors.Text}.");
        }
    }

    /// <summary>Whether a model of this width is too narrow to be quantised at all.</summary>
    public static bool IsTooNarrow(int hiddenSize, int feedForwardSize) => Math.Max(hiddenSize, feedForwardSize) < NarrowRow;

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
