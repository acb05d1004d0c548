using Microsoft.ML.OnnxRuntime;

namespace Sida.Engine.Vision;

/// <summary>
/// One network in ONNX Runtime. Thread-safe: calls wait for each other, because one run already uses all of the session's threads and a
/// second at the same time would only double the memory.
/// </summary>
internal sealed class OnnxSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly SemaphoreSlim _oneRun = new(1);
    private readonly string _path;
    private bool _isDisposed;

    private OnnxSession(string path, InferenceSession session)
    {
        _path = path;
        _session = session;
    }

    /// <summary>Loads a network and reads its sizes.</summary>
    /// <param name="path">A verified <c>.onnx</c> file; its data file, if any, lies beside it.</param>
    /// <param name="device">Where it shall run.</param>
    /// <param name="threads">Threads that one operator may use on the processor.</param>
    /// <param name="wrap">Makes the typed network around the session, which is freed again when this fails.</param>
    /// <exception cref="PackageException">The file is missing, or is another network.</exception>
    /// <exception cref="NativeRuntimeException">ONNX Runtime is missing or can't load the file.</exception>
    public static T Open<T>(string path, VisionDevice device, int threads, Func<OnnxSession, T> wrap)
    {
        OnnxSession session = Open(path, device, threads);
        try
        {
            return wrap(session);
        }
        catch (PackageException)
        {
            session.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="Open{T}"/>
    public static OnnxSession Open(string path, VisionDevice device, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        if (!File.Exists(path))
        {
            throw new PackageException($"{path}: no such file. Import the checkpoint again.");
        }

        return OnnxErrors.Translate($"{path}: ONNX Runtime can't load it", () =>
        {
            using SessionOptions options = Options(threads);
            device.Configure(options);
            return new OnnxSession(path, new InferenceSession(path, options));
        });
    }

    /// <summary>A side of an input that the network fixes.</summary>
    /// <exception cref="PackageException">The network has no such input, or it has another rank.</exception>
    public int InputSide(string name, int rank, int axis) => FixedSide(_session.InputMetadata, name, rank, axis);

    /// <summary>A side of an output that the network fixes.</summary>
    /// <exception cref="PackageException">The network has no such output, or it has another rank.</exception>
    public int OutputSide(string name, int rank, int axis) => FixedSide(_session.OutputMetadata, name, rank, axis);

    /// <summary>Runs the network on a pool thread.</summary>
    /// <param name="inputs">Every input of the graph.</param>
    /// <param name="outputs">Names of the outputs wanted.</param>
    /// <param name="cancellation">Ends the wait for earlier runs at once, a run within one operator.</param>
    /// <returns>The outputs' numbers in the order asked for, row-major.</returns>
    /// <exception cref="ArgumentException">An input's shape is not the graph's.</exception>
    /// <exception cref="NativeRuntimeException">The run failed, for instance for want of memory.</exception>
    public async Task<float[][]> RunAsync(IReadOnlyList<OnnxTensor> inputs, IReadOnlyList<string> outputs, CancellationToken cancellation)
    {
        foreach (OnnxTensor input in inputs)
        {
            CheckShape(input);
        }

        await _oneRun.WaitAsync(cancellation);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return await Task.Run(() => Run(inputs, outputs, cancellation), cancellation);
        }
        finally
        {
            _oneRun.Release();
        }
    }

    /// <summary>Frees the network once a run that is under way has ended; cancel it first to be quick.</summary>
    public void Dispose()
    {
        _oneRun.Wait();
        _session.Dispose();
        _isDisposed = true;
        _oneRun.Release();
    }

    private static SessionOptions Options(int threads)
    {
        var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,

            // Errors come as exceptions with the same text; the native log would only repeat them on the console.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };

        // Idle threads sleep instead of spinning: the language model decodes on the same cores.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        return options;
    }

    private float[][] Run(IReadOnlyList<OnnxTensor> inputs, IReadOnlyList<string> outputs, CancellationToken cancellation)
    {
        using var options = new RunOptions();

        // A run of a large encoder needs hundreds of megabytes, which are given back when it ends.
        options.AddRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
        using CancellationTokenRegistration termination = cancellation.Register(() => options.Terminate = true);
        OrtValue[] values = [.. inputs.Select(input => input.ToNative())];
        try
        {
            return OnnxErrors.Translate($"{Path.GetFileName(_path)}: the run failed", () => Run(options, inputs, values, outputs), cancellation);
        }
        finally
        {
            foreach (OrtValue value in values)
            {
                value.Dispose();
            }
        }
    }

    private float[][] Run(RunOptions options, IReadOnlyList<OnnxTensor> inputs, OrtValue[] values, IReadOnlyList<string> outputs)
    {
        using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(options, [.. inputs.Select(input => input.Name)], values, outputs);
        return [.. results.Select(result => result.GetTensorDataAsSpan<float>().ToArray())];
    }

    private int FixedSide(IReadOnlyDictionary<string, NodeMetadata> ports, string name, int rank, int axis) =>
        ports.TryGetValue(name, out NodeMetadata? port) && port.Dimensions.Length == rank && port.Dimensions[axis] > 0
            ? port.Dimensions[axis]
            : throw new PackageException($"{_path}: not the network it should be ({name} is missing or of another shape). Import the checkpoint again.");

    /// <summary>Sides known only at run time are -1 in the graph and may have any length.</summary>
    private void CheckShape(OnnxTensor input)
    {
        int[] expected = _session.InputMetadata[input.Name].Dimensions;
        bool fits = expected.Length == input.Shape.Count && !expected.Where((side, axis) => side >= 0 && side != input.Shape[axis]).Any();
        if (!fits)
        {
            throw new ArgumentException(
                $"{Path.GetFileName(_path)}: {input.Name} has shape ({string.Join(", ", input.Shape)}), expected ({string.Join(", ", expected)}).", nameof(input));
        }
    }
}
