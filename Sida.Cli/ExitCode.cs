using Sida.Engine;

namespace Sida.Cli;

/// <summary>What a shell sees; one number per kind of failure, documented in docs/cli.md.</summary>
internal static class ExitCode
{
    public const int Success = 0;
    public const int Usage = 2;
    public const int Image = 3;
    public const int Checkpoint = 4;
    public const int Hub = 5;
    public const int Package = 6;
    public const int Request = 7;
    public const int Busy = 8;
    public const int NativeRuntime = 9;
    public const int Output = 10;
    public const int Cancelled = 130;

    public static int Of(SidaException error) => error switch
    {
        ImageException => Image,
        CheckpointException => Checkpoint,
        HubException => Hub,
        PackageException => Package,
        RequestException => Request,
        BusyException => Busy,
        NativeRuntimeException => NativeRuntime,
        _ => throw new ArgumentOutOfRangeException(nameof(error), error.GetType().Name, "An exception family without an exit code."),
    };
}
