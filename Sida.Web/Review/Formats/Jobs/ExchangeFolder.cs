using System.Text.Json;
using Sida.Web.Data;
using Sida.Web.Work;

namespace Sida.Web.Review.Formats.Jobs;

/// <summary>Where jobs and their files lie: a folder for each, named by its id, which was made here.</summary>
internal sealed partial class ExchangeFolder(DataFolder data, ILogger<ExchangeFolder> logger)
{
    private const string Job = "job.json";

    public string Upload(Guid id) => Path.Combine(Folder(id), "upload.zip");

    public string Archive(Guid id) => Path.Combine(Folder(id), "export.zip");

    /// <summary>A folder for what waits while an archive is written; empty.</summary>
    public string NewSpool(Guid id)
    {
        string spool = Path.Combine(Folder(id), "spool");
        if (Directory.Exists(spool))
        {
            Directory.Delete(spool, recursive: true);
        }

        return spool;
    }

    /// <summary>Writes a job whole or not at all.</summary>
    public void Save(ExchangeJob job)
    {
        Directory.CreateDirectory(Folder(job.Id));
        string temporary = Path.Combine(Folder(job.Id), Job + ".new");
        File.WriteAllText(temporary, WebJson.Write(job));
        File.Move(temporary, Path.Combine(Folder(job.Id), Job), overwrite: true);
    }

    /// <summary>Writes progress. Where the disk refuses, the job goes on: what is written next time is newer anyway.</summary>
    public void TrySave(ExchangeJob job) => Try(job.Id, () => Save(job));

    /// <summary>Deletes what came for a job and is not needed any more.</summary>
    public void RemoveUpload(Guid id) => Try(id, () => File.Delete(Upload(id)));

    /// <summary>Deletes a job. Where the disk refuses, it is there again after the next start.</summary>
    public void Remove(Guid id) => Try(id, () =>
    {
        if (Directory.Exists(Folder(id)))
        {
            Directory.Delete(Folder(id), recursive: true);
        }
    });

    /// <summary>All jobs, as after a restart.</summary>
    public IReadOnlyList<ExchangeJob> Load()
    {
        List<ExchangeJob> jobs = [];
        foreach (string folder in Directory.EnumerateDirectories(data.Exchange))
        {
            string path = Path.Combine(folder, Job);
            if (!File.Exists(path))
            {
                // An upload that was never whole.
                Directory.Delete(folder, recursive: true);
                continue;
            }

            try
            {
                jobs.Add(WebJson.Read<ExchangeJob>(File.ReadAllText(path)));
            }
            catch (JsonException error)
            {
                Unreadable(logger, path, error);
            }
        }

        return jobs;
    }

    private void Try(Guid id, Action work)
    {
        try
        {
            work();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Unwritable(logger, id, error);
        }
    }

    private string Folder(Guid id) => Path.Combine(data.Exchange, id.ToString("N"));

    [LoggerMessage(EventId = 622, Level = LogLevel.Warning, Message = "The files of the job {Job} can't be written or deleted")]
    private static partial void Unwritable(ILogger logger, Guid job, Exception error);

    [LoggerMessage(EventId = 620, Level = LogLevel.Warning, Message = "The job in {Path} can't be read and is left alone")]
    private static partial void Unreadable(ILogger logger, string path, Exception error);
}
